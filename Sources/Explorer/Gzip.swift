import CZlib

/// Packs bytes as gzip, which every browser unpacks by itself. Equal bytes give equal bytes: nothing of
/// the time or the machine is in them.
package func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  let size = Int32(MemoryLayout<z_stream>.size)
  guard
    deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, size) == Z_OK
  else { preconditionFailure("zlib has no memory") }
  defer { deflateEnd(&stream) }
  var bytes = bytes
  var packed: [UInt8] = []
  bytes.withUnsafeMutableBufferPointer { input in
    stream.next_in = input.baseAddress
    // A part at a time: the counts of zlib have 32 bits.
    var rest = input.count
    var status = Z_OK
    while status != Z_STREAM_END {
      if stream.avail_in == 0, rest > 0 {
        let part = min(rest, 1 << 30)
        stream.avail_in = UInt32(part)
        rest -= part
      }
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { output in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        status = deflate(&stream, rest == 0 ? Z_FINISH : Z_NO_FLUSH)
        packed += output.prefix(output.count - Int(stream.avail_out))
      }
      precondition(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
    }
  }
  return packed
}
