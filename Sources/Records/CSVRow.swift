/// A row of one of the run's tables: comma-separated values, one header line, numbers as the
/// shortest decimals that read back as the same number, `inf`, `-inf` and `nan` as such, nothing
/// where there is no value.
protocol CSVRow {
  static var fileName: String { get }
  static var columns: [String] { get }

  func write(to line: inout CSVText)
  init(_ fields: inout CSVFields) throws(CSVFault)
}

/// What is wrong with a line.
struct CSVFault: Error {
  let reason: String
}

/// Lines being written.
struct CSVText {
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

  mutating func add(_ text: String) {
    precondition(
      !text.utf8.contains { $0 < 0x20 || $0 == 0x2c || $0 == 0x22 },
      "\(text) would have to be quoted")
    if !isAtStart { bytes.append(0x2c) }
    bytes.append(contentsOf: text.utf8)
    isAtStart = false
  }

  mutating func endLine() {
    bytes.append(0x0a)
    isAtStart = true
  }

  /// Gives away what was written so far.
  mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }
}
