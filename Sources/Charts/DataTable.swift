import RealModule
import Wording

/// The numbers of a figure, for those who would rather read or compute than look.
package struct DataTable: Hashable, Sendable {
  package var columns: [String]
  package var rows: [[String]]

  package init(columns: [String], rows: [[String]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count }, "rows unlike \(columns.count) columns")
    self.columns = columns
    self.rows = rows
  }

  /// Comma-separated values with a header (RFC 4180, but for line feeds at the ends of lines).
  package var csv: [UInt8] {
    let lines = ([columns] + rows).map { row in
      row.map(quoted).joined(separator: ",") + "\n"
    }
    return Array(lines.joined().utf8)
  }

  private func quoted(_ field: String) -> String {
    let isPlain = !field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return isPlain
      ? field
      : "\""
        + field.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"") + "\""
  }
}

extension Chart {
  /// Every named curve, band, point and cell of the chart, a row for each place: nil where there is
  /// none. `lower` and `upper` are those of the band of the same name.
  package var table: DataTable? {
    var rows: [[String]] = []
    for panel in panels.joined() {
      for mark in panel.marks { rows += mark.rows(in: panel) }
    }
    guard !rows.isEmpty else { return nil }
    return DataTable(columns: ["panel", "series", "x", "y", "lower", "upper"], rows: rows)
  }
}

extension Mark {
  fileprivate func rows(in panel: Panel) -> [[String]] {
    switch self {
    case .line(let line):
      guard let series = line.series else { return [] }
      let band = panel.band(named: series)
      return line.points.map { point in
        let place = band?.x.firstIndex(of: point.x)
        return [
          panel.title, series, sixDigits(point.x), sixDigits(point.y),
          band.flatMap { band in place.map { sixDigits(band.lower[$0]) } } ?? "",
          band.flatMap { band in place.map { sixDigits(band.upper[$0]) } } ?? "",
        ]
      }
    case .point(let point):
      guard !point.label.isEmpty else { return [] }
      return [
        [panel.title, point.label, sixDigits(point.point.x), sixDigits(point.point.y), "", ""]
      ]
    case .heatMap(let map):
      return map.rows.enumerated().flatMap { row, values in
        zip(map.edges, values).map { edge, value in
          [panel.title, "row \(row + 1)", sixDigits(edge), sixDigits(value), "", ""]
        }
      }
    case .band, .rule, .note: return []
    }
  }
}

extension Panel {
  fileprivate func band(named series: String) -> BandMark? {
    for case .band(let band) in marks where band.series == series { return band }
    return nil
  }
}
