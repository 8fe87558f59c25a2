/// A message of Protocol Buffers, as bytes: a field after another, each with its number and its kind.
///
/// A whole number of zero is what a field has that is not there, and is left out, as the language's third
/// version does.
struct Message {
  private(set) var bytes: [UInt8] = []

  private enum Kind: UInt64 {
    case varint = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  private mutating func begin(_ field: Int, _ kind: Kind) {
    add(varint: UInt64(field) << 3 | kind.rawValue)
  }

  /// Seven bits a byte, the lowest first, the highest bit of each saying whether there are more.
  private mutating func add(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func add(_ field: Int, _ value: Int) {
    guard value != 0 else { return }
    begin(field, .varint)
    add(varint: UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Double) {
    begin(field, .eightBytes)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ value: Float) {
    begin(field, .fourBytes)
    bytes += littleEndian(value.bitPattern)
  }

  mutating func add(_ field: Int, _ text: String) { add(field, counted: Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: Message) { add(field, counted: message.bytes) }

  private mutating func add(_ field: Int, counted content: [UInt8]) {
    begin(field, .counted)
    add(varint: UInt64(content.count))
    bytes += content
  }
}

/// The bytes of a number, the lowest first.
func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
