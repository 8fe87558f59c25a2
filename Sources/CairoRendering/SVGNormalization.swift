/// Makes an SVG of Cairo's a function of its scene alone, and one that can be heard.
///
/// Cairo numbers the ids in a file per process: they are numbered anew in the order of appearance.
/// Coordinates are rounded to a thousandth of a point. Title, description and the role of an image
/// are added to the root.
func normalizedSVG(_ bytes: [UInt8], title: String, description: String) -> [UInt8] {
  var reader = SVGReader(bytes)
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  var isRootOpen = false
  while let byte = reader.next() {
    switch byte {
    case UInt8(ascii: "<") where !isRootOpen && reader.skips("svg "):
      isRootOpen = true
      result += Array("<svg role=\"img\" ".utf8) + reader.rest(through: UInt8(ascii: ">"))
      result += Array("\n<title>\(escaped(title))</title>".utf8)
      result += Array("\n<desc>\(escaped(description))</desc>".utf8)
    case UInt8(ascii: " ") where reader.skips("id=\""):
      result += Array(" id=\"\(reader.identifier())".utf8)
    case UInt8(ascii: "#"):
      result += Array("#\(reader.identifier())".utf8)
    case UInt8(ascii: ":") where reader.skips("image/png;base64,"):
      // An embedded image is no text.
      result += Array(":image/png;base64,".utf8) + reader.rest(through: UInt8(ascii: "\""))
    case UInt8(ascii: "."):
      reader.roundFraction(into: &result)
    default:
      result.append(byte)
    }
  }
  return result
}

/// A pass over the text of an SVG.
private struct SVGReader {
  private let bytes: [UInt8]
  private var position = 0
  private var identifiers: [String: Int] = [:]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// Skips a text if it comes next.
  mutating func skips(_ text: StaticString) -> Bool {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[position..<end].elementsEqual(expected) else { return false }
    position = end
    return true
  }

  /// What comes until a byte has come.
  mutating func rest(through last: UInt8) -> ArraySlice<UInt8> {
    let end = bytes[position...].firstIndex(of: last).map { $0 + 1 } ?? bytes.count
    defer { position = end }
    return bytes[position..<end]
  }

  /// The new name of the identifier that comes next.
  mutating func identifier() -> String {
    let end =
      bytes[position...].firstIndex { byte in
        !(byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20))
      } ?? bytes.count
    let name = String(decoding: bytes[position..<end], as: UTF8.self)
    position = end
    let number = identifiers[name, default: identifiers.count]
    identifiers[name] = number
    return "i\(number)"
  }

  /// Behind a decimal point: rounds a fraction of more than three digits.
  mutating func roundFraction(into result: inout [UInt8]) {
    func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let end = bytes[position...].firstIndex { !isDigit($0) } ?? bytes.count
    let whole = result.suffix(while: isDigit)
    guard end - position > 3, !whole.isEmpty else {
      result.append(UInt8(ascii: "."))
      return
    }
    let digits = whole + bytes[position..<position + 3]
    var thousandths = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    if bytes[position + 3] >= UInt8(ascii: "5") { thousandths += 1 }
    position = end
    result.removeLast(whole.count)
    result += Array("\(thousandths / 1000)".utf8)
    var fraction = Array("\(1000 + thousandths % 1000)".utf8.dropFirst())
    while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    if !fraction.isEmpty { result += [UInt8(ascii: ".")] + fraction }
  }
}

extension [UInt8] {
  /// The longest suffix of elements that meet a condition.
  fileprivate func suffix(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = lastIndex { !condition($0) }.map { $0 + 1 } ?? startIndex
    return self[start...]
  }
}

/// Text as the contents of an XML element. Control characters, which XML forbids, are left out.
private func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "&": result += "&amp;"
    case "\n", "\t": result += " "
    case _ where scalar.value < 0x20 || (0xfffe...0xffff).contains(scalar.value): break
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
