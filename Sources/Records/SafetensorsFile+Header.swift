import Essentials

extension SafetensorsFile {
  /// What a header tells of: arrays, which must fill so many bytes without gap or overlap, and texts.
  static func contents(
    _ header: [UInt8], path: String, bytes: Int
  ) throws(SafetensorsError) -> (entries: [String: Entry], metadata: [String: String]) {
    guard header.first == UInt8(ascii: "{") else {
      throw SafetensorsError(path, "is not a safetensors file: its header is not JSON")
    }
    let values: [String: HeaderValue]
    do {
      values = try JSONDecoder().decode([String: HeaderValue].self, from: Data(header))
    } catch {
      throw SafetensorsError(path, "has a damaged header: \(sentence(error))")
    }
    var entries: [String: Entry] = [:]
    for (name, value) in values where name != metadataName {
      entries[name] = try entry(name, value, path: path)
    }
    var end = 0
    for (name, entry) in entries.sorted(by: { order($0.value.range, $1.value.range) }) {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlaps the array before it" : "leaves a gap"
        throw SafetensorsError(
          path, "has a damaged header: “\(name)” at byte \(entry.range.lowerBound) \(fault)")
      }
      end = entry.range.upperBound
    }
    guard end == bytes else {
      throw SafetensorsError(
        path, "is cut off or damaged: its arrays take \(end) bytes, and it has \(bytes)")
    }
    return (entries, values[metadataName]?.texts ?? [:])
  }

  fileprivate static let metadataName = "__metadata__"

  private static func order(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    (first.lowerBound, first.upperBound) < (second.lowerBound, second.upperBound)
  }

  private static func entry(
    _ name: String, _ value: HeaderValue, path: String
  ) throws(SafetensorsError) -> Entry {
    func fault(_ reason: String) -> SafetensorsError {
      SafetensorsError(path, "has a damaged header: “\(name)” \(reason)")
    }
    guard let word = value.dtype, let shape = value.shape, let offsets = value.offsets else {
      throw fault("lacks dtype, shape or data_offsets")
    }
    guard let type = ElementType(rawValue: word) else {
      throw SafetensorsError(
        path, "holds “\(name)” as \(word); only F32 and I64 are read, so convert it first")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw fault("has the offsets \(offsets)")
    }
    var size = type.size
    for extent in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw fault("has the shape \(shape)") }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw fault(
        "has the shape \(shape), \(size) bytes, but takes \(offsets[1] - offsets[0]) bytes")
    }
    return Entry(type: type, shape: shape, range: offsets[0]..<offsets[1])
  }
}

/// What a header says of one array, or its texts.
private struct HeaderValue: Decodable {
  var dtype: String?
  var shape: [Int]?
  var offsets: [Int]?
  var texts: [String: String] = [:]

  private enum CodingKeys: String, CodingKey {
    case dtype, shape
    case offsets = "data_offsets"
  }

  init(from decoder: any Decoder) throws {
    if decoder.codingPath.last?.stringValue == SafetensorsFile.metadataName {
      texts = try [String: String](from: decoder)
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dtype = try values.decodeIfPresent(String.self, forKey: .dtype)
    shape = try values.decodeIfPresent([Int].self, forKey: .shape)
    offsets = try values.decodeIfPresent([Int].self, forKey: .offsets)
  }
}

/// An array to be written.
package struct NamedArray {
  package let name: String
  package let shape: [Int]
  /// Row-major; asked for when its turn comes, so that not all need be in memory.
  package let values: () -> [Float]

  package init(_ name: String, shape: [Int], values: @escaping () -> [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Writes arrays, and texts by name, as a safetensors file, whole or not at all.
package func writeSafetensors(
  _ arrays: [NamedArray], metadata: [String: String] = [:], to path: String
) throws(RecordError) {
  var offset = 0
  let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
  let descriptions =
    (texts.isEmpty ? [] : ["\"__metadata__\":{\(texts.joined(separator: ","))}"])
    + arrays.map { array -> String in
      let end = offset + 4 * array.shape.reduce(1, *)
      defer { offset = end }
      let shape = array.shape.map(String.init).joined(separator: ",")
      return "\(quoted(array.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],"
        + "\"data_offsets\":[\(offset),\(end)]}"
    }
  var header = Array("{\(descriptions.joined(separator: ","))}".utf8)
  while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
  let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
  try writeAtomically(to: path) { file throws(RecordError) in
    try file.write(length + header)
    for array in arrays {
      let values = array.values()
      precondition(values.count == array.shape.reduce(1, *), "\(array.name): \(values.count)")
      try file.write(values.withUnsafeBytes { Array($0) })
    }
  }
}

/// A text as a JSON string.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\u{0}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
