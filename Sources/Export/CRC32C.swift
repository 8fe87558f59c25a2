/// The cyclic redundancy check of Castagnoli, polynomial 0x1EDC6F41, as RFC 3720 (appendix B.4) computes it.
func crc32c(_ bytes: some Sequence<UInt8>) -> UInt32 {
  ~bytes.reduce(~0) { rest, byte in table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] ^ rest >> 8 }
}

/// The check as event files hold it: a check of bytes that contain checks would be weak, so it is turned and
/// shifted.
func maskedCRC32C(_ bytes: some Sequence<UInt8>) -> UInt32 {
  let check = crc32c(bytes)
  return (check >> 15 | check << 17) &+ 0xa282_ead8
}

private let table: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 0 ? rest >> 1 : rest >> 1 ^ 0x82f6_3b78 }
}
