import Wording

/// The numbers of a figure, for those who would rather read or compute than look.
package struct DataTable: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case text(String)
    case number(Double)
    case missing

    /// Numbers have six digits at most.
    package var string: String {
      switch self {
      case .text(let text): text
      case .number(let number): sixDigits(number)
      case .missing: ""
      }
    }
  }

  package var columns: [String]
  package var rows: [[Value]]

  package init(columns: [String], rows: [[Value]]) {
    precondition(
      rows.allSatisfy { $0.count == columns.count }, "rows unlike \(columns.count) columns")
    self.columns = columns
    self.rows = rows
  }

  /// Comma-separated values with a header (RFC 4180, but for line feeds at the ends of lines).
  package var csv: [UInt8] {
    let lines = ([columns] + rows.map { $0.map(\.string) }).map { row in
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
