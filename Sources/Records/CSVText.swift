/// Lines of comma-separated values that are being written: numbers as the shortest decimals that read
/// back as the same number, `inf`, `-inf` and `nan` as such, nothing where there is no value.
package struct CSVText {
  private(set) var bytes: [UInt8] = []
  private var isAtStart = true

  mutating func add(_ value: Int) { add("\(value)") }

  mutating func add(_ value: Double) {
    // The sign of nan means nothing, and depends on how it came about.
    let text = value.isNaN ? "nan" : "\(value)"
    add(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  mutating func add(_ value: Double?) {
    if let value { add(value) } else { add("") }
  }

  /// Adds a number that nan stands for where it was not measured.
  mutating func add(measured value: Double) { add(value.isNaN ? nil : value) }

  mutating func add(_ text: String) {
    precondition(isPlain(text), "\(text) would have to be quoted")
    if !isAtStart { bytes.append(0x2c) }
    bytes.append(contentsOf: text.utf8)
    isAtStart = false
  }

  mutating func endLine() {
    bytes.append(0x0a)
    isAtStart = true
  }

  mutating func add(header columns: [String]) {
    for column in columns { add(column) }
    endLine()
  }

  mutating func add(_ row: some RecordRow) {
    row.write(to: &self)
    endLine()
  }

  /// Gives away what was written so far.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}

/// Whether a text can be a field without quotation marks.
func isPlain(_ text: String) -> Bool {
  !text.utf8.contains { $0 < 0x20 || $0 == 0x2c || $0 == 0x22 }
}
