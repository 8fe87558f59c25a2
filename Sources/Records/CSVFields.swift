import Experiments
import Platform

/// The fields of one line, taken from left to right. A field ends at a comma or at the line's end.
package struct CSVFields {
  private let text: UnsafeBufferPointer<UInt8>
  private var position: Int
  private let end: Int
  private var isExhausted = false
  /// Layers and blocks met before: their names are made once.
  private let known: KnownPlaces

  /// The fields between two positions of a text whose last byte is a line feed.
  init(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int, known: KnownPlaces) {
    self.text = text
    position = start
    self.end = end
    self.known = known
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

  /// A number that an empty field stands for where it was not measured: nan then.
  private mutating func measured() throws(CSVFault) -> Double { try optionalNumber() ?? .nan }

  /// A number of a range, or nan.
  private func checked(
    _ value: Double, in range: ClosedRange<Double>
  ) throws(CSVFault) -> Double {
    guard value.isNaN || range.contains(value) else {
      throw CSVFault(
        reason: "\(value) is not from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A number that is not negative, `inf` or `nan`.
  mutating func size() throws(CSVFault) -> Double { try checked(try number(), in: 0...(.infinity)) }

  /// The same, or nothing.
  mutating func optionalSize() throws(CSVFault) -> Double? {
    guard let value = try optionalNumber() else { return nil }
    return try checked(value, in: 0...(.infinity))
  }

  /// The same; nan where there is nothing.
  mutating func measuredSize() throws(CSVFault) -> Double {
    try checked(try measured(), in: 0...(.infinity))
  }

  /// From 0 to 100; nan where there is nothing.
  mutating func measuredPercentage() throws(CSVFault) -> Double {
    try checked(try measured(), in: 0...100)
  }

  /// From 0 to 1, nan, or nothing.
  mutating func optionalShare() throws(CSVFault) -> Double? {
    guard let value = try optionalNumber() else { return nil }
    return try checked(value, in: 0...1)
  }

  /// From −1 to 1, nan, or nothing.
  mutating func optionalCosine() throws(CSVFault) -> Double? {
    guard let value = try optionalNumber() else { return nil }
    return try checked(value, in: -1...1)
  }

  mutating func flag() throws(CSVFault) -> Bool {
    let word = try word()
    guard let value = Bool(word) else {
      throw CSVFault(reason: "“\(word)” is neither true nor false")
    }
    return value
  }

  mutating func word() throws(CSVFault) -> String {
    string(try field())
  }

  /// One of some words; `what` is what another one is not: `kind of lesion`.
  mutating func choice<Value: RawRepresentable<String>>(
    _ what: String
  ) throws(CSVFault) -> Value {
    let word = try word()
    guard let value = Value(rawValue: word) else {
      throw CSVFault(reason: "“\(word)” is no \(what)")
    }
    return value
  }

  /// Index, name, stage and path.
  mutating func place() throws(CSVFault) -> LayerPlace {
    let index = try integer()
    let name = try field()
    let stage = try integer()
    let path = try field()
    if let known = known.layers[index], known.stage == stage,
      known.name.utf8.elementsEqual(text[name]),
      known.path.rawValue.utf8.elementsEqual(text[path])
    {
      return known
    }
    guard let found = LayerPlace.Path(rawValue: string(path)) else {
      throw CSVFault(reason: "“\(string(path))” is neither main nor shortcut")
    }
    let place = LayerPlace(index: index, name: string(name), stage: stage, path: found)
    known.layers[index] = place
    return place
  }

  /// Index, name, stage and whether the shape changes.
  mutating func block() throws(CSVFault) -> BlockPlace {
    let index = try integer()
    let name = try field()
    let stage = try integer()
    let changesShape = try flag()
    if let known = known.blocks[index], known.stage == stage, known.changesShape == changesShape,
      known.name.utf8.elementsEqual(text[name])
    {
      return known
    }
    let place = BlockPlace(
      index: index, name: string(name), stage: stage, changesShape: changesShape)
    known.blocks[index] = place
    return place
  }

  func finish() throws(CSVFault) {
    guard isExhausted else { throw CSVFault(reason: "there are more fields than columns") }
  }
}

/// Layers and blocks by their indices, as they were met last.
final class KnownPlaces {
  var layers: [Int: LayerPlace] = [:]
  var blocks: [Int: BlockPlace] = [:]
}
