package import Records

/// A run as JSON, an object a line: every row of every table, with the names of its columns.
package struct JSONLinesRun {
  private let record: RunRecord
  private let name: String

  /// A run, and what it is called in each line.
  package init(_ record: RunRecord, named name: String) {
    self.record = record
    self.name = quoted(name)
  }

  /// The lines, a part at a time, table by table.
  package func forEachPart<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    for rows in RecordTables.all { try forEachStep(of: rows, body) }
  }

  private func forEachStep<Row: RecordRow, Failure: Error>(
    of rows: Row.Type, _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let start = "{\"run\":\(name),\"table\":\"\(Row.table)\""
    let table = record[rows]
    for step in table.steps {
      let lines = table.rows(at: step).map { row in
        zip(Row.columns, row.fields).reduce(start) { line, pair in
          "\(line),\"\(pair.0)\":\(value(pair.1, of: pair.0))"
        } + "}\n"
      }
      try body(Array(lines.joined().utf8))
    }
  }

  /// Columns whose fields are words.
  private static let words: Set = ["layer", "path", "kind", "block"]

  /// A field as JSON: numbers and truth as they are; JSON knows no `nan`, `inf` and `-inf`, which are words;
  /// null for what was not measured.
  private func value(_ field: String, of column: String) -> String {
    if field.isEmpty { return "null" }
    let isWord = Self.words.contains(column) || ["nan", "inf", "-inf"].contains(field)
    return isWord ? quoted(field) : field
  }
}

/// A string of JSON. `<` is written by its number, so that no page in which it is put can take it for a tag.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "<": result += "\\u003c"
    case _ where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value):
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
