import Testing

@testable import Export

/// Bytes of hexadecimal digits.
private func bytes(_ digits: String) -> [UInt8] {
  let digits = Array(digits.filter { $0 != " " })
  return stride(from: 0, to: digits.count, by: 2).compactMap {
    UInt8(String(digits[$0...($0 + 1)]), radix: 16)
  }
}

@Suite("Event files")
struct EventFileTests {
  @Test("the check is Castagnoli's, as RFC 3720 and TensorFlow's tests have it")
  func checks() {
    #expect(crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(crc32c([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(crc32c(Array(0..<32)) == 0x46dd_794e)
    #expect(crc32c("123456789".utf8) == 0xe306_9283)
    #expect(crc32c([UInt8]()) == 0)
    #expect(maskedCRC32C([0x1a, 0x11] + "CRC test, one two".utf8) == 0x5794_d08a)
  }

  @Test("a file begins as TensorBoard's own files do")
  func beginning() {
    let expected = bytes(
      "1800000000000000 a37f4b22 09 0000000000000000 1a0d 627261696e2e4576656e743a32 eedf28a3")
    #expect(EventFile.beginning == expected)
  }

  @Test("whole numbers are seven bits a byte, the lowest first, and zeros are left out")
  func numbers() {
    func message(_ number: Int) -> [UInt8] {
      var message = Message()
      message.add(2, number)
      return message.bytes
    }
    #expect(message(0) == [] && message(1) == [0x10, 1] && message(127) == [0x10, 127])
    #expect(message(128) == [0x10, 0x80, 1] && message(300) == [0x10, 0xac, 2])
    #expect(message(.max) == [0x10] + [UInt8](repeating: 0xff, count: 8) + [0x7f])
    #expect(message(-1) == [0x10] + [UInt8](repeating: 0xff, count: 9) + [1])
    var values = Message()
    values.add(1, 1.5)
    values.add(2, Float(0))
    #expect(values.bytes == [0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x15, 0, 0, 0, 0])
    var text = Message()
    text.add(1, String(repeating: "ä", count: 100))
    #expect(text.bytes.count == 203 && Array(text.bytes.prefix(3)) == [0x0a, 0xc8, 1])
  }

  @Test("a step's values are in one event, framed by its length and two checks")
  func event() {
    let event = EventFile.event(step: 3, [("a", 1), ("b", .infinity)])
    let message = bytes(
      "09 0000000000000840 10 03 2a 14 0a 08 0a 01 61 15 0000803f 0a 08 0a 01 62 15 0000807f")
    #expect(Array(event[12..<(event.count - 4)]) == message)
    #expect(Array(event.prefix(8)) == littleEndian(UInt64(message.count)))
    #expect(Array(event[8..<12]) == littleEndian(maskedCRC32C(event.prefix(8))))
    #expect(Array(event.suffix(4)) == littleEndian(maskedCRC32C(message)))
  }
}
