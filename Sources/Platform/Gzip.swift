import CZlib

/// Whether bytes begin as gzip's do.
package func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

/// At most so many bytes of what was packed as gzip; nil where it is damaged or cut off.
package func unpacked(gzip bytes: [UInt8], limit: Int) -> [UInt8]? {
  var stream = z_stream()
  // 16: the input has gzip's header and checksum.
  let size = Int32(MemoryLayout<z_stream>.size)
  guard inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, size) == Z_OK else { return nil }
  defer { inflateEnd(&stream) }
  var status = Z_OK
  let unpacked = bytes.withUnsafeBufferPointer { input in
    [UInt8](unsafeUninitializedCapacity: limit) { output, count in
      stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(limit)
      status = inflate(&stream, Z_FINISH)
      count = limit - Int(stream.avail_out)
    }
  }
  // Where the limit cuts the contents off, the stream does not come to its end.
  guard status == Z_STREAM_END || (status == Z_BUF_ERROR && unpacked.count == limit) else {
    return nil
  }
  return unpacked
}

/// How many bytes were packed, by the last four of a gzip file.
package func unpackedSize(gzip bytes: [UInt8]) -> Int {
  bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
}
