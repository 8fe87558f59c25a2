import Experiments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The fields of one line, taken from left to right. A field ends at a comma or at the line's end.
struct CSVFields {
  private let text: UnsafeBufferPointer<UInt8>
  private var position: Int
  private let end: Int
  private var isExhausted = false
  /// Layers met before: their names are made once.
  fileprivate(set) var places: [Int: LayerPlace]

  /// The fields between two positions of a text whose last byte is a line feed.
  init(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, places: [Int: LayerPlace]
  ) {
    self.text = text
    position = start
    self.end = end
    self.places = places
  }

  private mutating func field() throws(CSVFault) -> Range<Int> {
    guard !isExhausted else { throw CSVFault(reason: "there are fields missing") }
    let start = position
    while position < end, text[position] != 0x2c { position += 1 }
    let range = start..<position
    if position == end { isExhausted = true } else { position += 1 }
    return range
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: text[range], as: UTF8.self)
  }

  mutating func integer() throws(CSVFault) -> Int {
    let range = try field()
    guard let value = Int(string(range)), value >= 0 else {
      throw CSVFault(reason: "“\(string(range))” is not a count")
    }
    return value
  }

  mutating func number() throws(CSVFault) -> Double {
    guard let value = try optionalNumber() else { throw CSVFault(reason: "a number is missing") }
    return value
  }

  mutating func optionalNumber() throws(CSVFault) -> Double? {
    let range = try field()
    if range.isEmpty { return nil }
    // The comma or the line feed behind the field stops strtod. It would take leading blanks, plus
    // signs and hexadecimal numbers, too; those are not written here.
    let isPlausible = text[range].allSatisfy { byte in
      byte == 0x2d || byte == 0x2e || byte == 0x2b || (0x30...0x39).contains(byte)
        || (0x61...0x7a).contains(byte) && byte != 0x78
    }
    guard isPlausible, text[range.lowerBound] != 0x2b, let base = text.baseAddress else {
      throw CSVFault(reason: "“\(string(range))” is not a number")
    }
    return try (base + range.lowerBound).withMemoryRebound(to: CChar.self, capacity: range.count) {
      start throws(CSVFault) -> Double in
      var stop: UnsafeMutablePointer<CChar>?
      let value = strtod(start, &stop)
      guard stop.map({ UnsafePointer($0) - start }) == range.count else {
        throw CSVFault(reason: "“\(string(range))” is not a number")
      }
      return value
    }
  }

  mutating func word() throws(CSVFault) -> String {
    string(try field())
  }

  /// Index, name, stage and path.
  mutating func place() throws(CSVFault) -> LayerPlace {
    let index = try integer()
    let name = try field()
    let stage = try integer()
    let path = try field()
    if let known = places[index], known.stage == stage, known.name.utf8.elementsEqual(text[name]),
      known.path.rawValue.utf8.elementsEqual(text[path])
    {
      return known
    }
    guard let found = LayerPlace.Path(rawValue: string(path)) else {
      throw CSVFault(reason: "“\(string(path))” is neither main nor shortcut")
    }
    let place = LayerPlace(index: index, name: string(name), stage: stage, path: found)
    places[index] = place
    return place
  }

  func finish() throws(CSVFault) {
    guard isExhausted else { throw CSVFault(reason: "there are more fields than columns") }
  }
}

/// Reads a table strictly: every fault names the file and the line.
func readTable<Row: CSVRow>(_ path: String) throws(RecordError) -> [Row] {
  let bytes = try readFile(path)
  guard bytes.last == 0x0a else {
    throw .malformed(path: path, line: nil, reason: "the last line is incomplete")
  }
  return try bytes.withUnsafeBufferPointer { text throws(RecordError) -> [Row] in
    var rows: [Row] = []
    var places: [Int: LayerPlace] = [:]
    var start = 0
    var line = 1
    while start < text.count {
      let end = text[start...].firstIndex(of: 0x0a) ?? text.count
      if line == 1 {
        let header = Row.columns.joined(separator: ",")
        guard header.utf8.elementsEqual(text[start..<end]) else {
          throw .malformed(path: path, line: 1, reason: "the header should be “\(header)”")
        }
      } else {
        do throws(CSVFault) {
          var fields = CSVFields(text, from: start, to: end, places: places)
          rows.append(try Row(&fields))
          try fields.finish()
          places = fields.places
        } catch {
          throw .malformed(path: path, line: line, reason: error.reason)
        }
      }
      start = end + 1
      line += 1
    }
    return rows
  }
}
