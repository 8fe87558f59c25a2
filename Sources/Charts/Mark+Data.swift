import Wording

extension Panel {
  /// What a mark of the panel stands for: its name and its numbers. Of a curve they are a row for each
  /// point, with the band of the same name; of a heat map, a row for each cell. Marks without a name of
  /// their own are called after the panel, and are not in the table.
  func group(of mark: Mark) -> Scene.Group {
    switch mark {
    case .line(let line):
      Scene.Group(
        .mark, line.series ?? name, data: rows(of: line, line.series ?? ""),
        isTabulated: line.isTabulated && line.series != nil)
    case .band(let band):
      Scene.Group(.mark, [band.series, "band"].compactMap(\.self).joined(separator: ", "))
    case .point(let point):
      Scene.Group(
        .mark, point.label.isEmpty ? point.series ?? name : point.label,
        data: table([
          row(point.label.isEmpty ? point.series ?? "" : point.label, point.point)
        ]),
        isTabulated: point.isTabulated)
    case .heatMap(let map):
      Scene.Group(
        .mark, name,
        data: table(
          map.rows.enumerated().flatMap { row, values in
            zip(map.edges, values).map { self.row("row \(row + 1)", Point($0, $1)) }
          }))
    case .rule(let rule):
      Scene.Group(.rule, rule.label.isEmpty ? sixDigits(rule.value) : rule.label)
    case .note(let note): Scene.Group(.mark, note.string)
    }
  }

  private func rows(of line: LineMark, _ series: String) -> DataTable {
    let band = band(named: series)
    return table(
      line.points.map { point in
        guard let band, let place = band.x.firstIndex(of: point.x) else {
          return row(series, point)
        }
        return row(series, point, lower: band.lower[place], upper: band.upper[place])
      })
  }

  private func band(named series: String) -> BandMark? {
    for case .band(let band) in marks where band.series == series { return band }
    return nil
  }

  private func row(
    _ series: String, _ point: Point, lower: Double? = nil, upper: Double? = nil
  ) -> [DataTable.Value] {
    [.text(title), .text(series), .number(point.x), .number(point.y)]
      + [lower, upper].map { $0.map(DataTable.Value.number) ?? .missing }
  }

  private func table(_ rows: [[DataTable.Value]]) -> DataTable {
    DataTable(columns: ["panel", "series", "x", "y", "lower", "upper"], rows: rows)
  }
}
