import Platform
import Testing

@Suite("Unpacking")
struct GzipTests {
  /// “aaaaaaaaaa”, packed by Python 3.11’s gzip at level 9 without a name and a time.
  private let packed: [UInt8] = [
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255, 0x4b, 0x4c, 0x84, 1, 0, 0xf0, 0xcd, 0x11, 0x4c, 10, 0, 0,
    0,
  ]

  @Test("what gzip packed comes out again, as much of it as is asked for")
  func whole() {
    #expect(isGzip(packed) && !isGzip([0x61, 0x61]) && !isGzip([]))
    #expect(unpackedSize(gzip: packed) == 10)
    #expect(unpacked(gzip: packed, limit: 10) == [UInt8](repeating: 0x61, count: 10))
    #expect(unpacked(gzip: packed, limit: 4) == [UInt8](repeating: 0x61, count: 4))
    #expect(unpacked(gzip: packed, limit: 100)?.count == 10)
  }

  @Test("what is cut off or changed does not")
  func damaged() {
    #expect(unpacked(gzip: Array(packed.dropLast(9)), limit: 100) == nil)
    var changed = packed
    changed[14] ^= 1
    #expect(unpacked(gzip: changed, limit: 100) == nil)
    #expect(unpacked(gzip: [1, 2, 3], limit: 100) == nil)
    #expect(unpacked(gzip: [], limit: 100) == nil)
  }
}
