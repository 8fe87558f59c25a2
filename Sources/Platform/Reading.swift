/// Why the system refused, in its words.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  package let code: Int32

  package init(code: Int32) { self.code = code }

  /// The last call's.
  package static var last: SystemError { SystemError(code: errno) }

  package var description: String { String(cString: strerror(code)) }
}

/// Reads from an open file until a buffer is full or the file ends, and returns how many bytes it read;
/// from a place in the file, or where the last reading ended.
package func readFully(
  _ descriptor: Int32, at offset: Int? = nil, into buffer: UnsafeMutableRawBufferPointer
) throws(SystemError) -> Int {
  var done = 0
  while done < buffer.count {
    let (target, rest) = (buffer.baseAddress.map { $0 + done }, buffer.count - done)
    let count =
      offset.map { pread(descriptor, target, rest, off_t($0 + done)) }
      ?? read(descriptor, target, rest)
    if count < 0, errno == EINTR { continue }
    if count < 0 { throw .last }
    if count == 0 { break }
    done += count
  }
  return done
}

/// The first bytes of a file of any kind, all of them if there are no more than the limit.
package func contents(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .last }
  defer { close(descriptor) }
  return try bytes(limit) { (buffer) throws(SystemError) in
    try readFully(descriptor, into: buffer)
  }
}

/// An array that is filled by reading, as long as what was read.
package func bytes(
  _ count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
) throws(SystemError) -> [UInt8] {
  var failure: SystemError?
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    do throws(SystemError) {
      filled = try fill(UnsafeMutableRawBufferPointer(buffer))
    } catch {
      failure = error
    }
  }
  if let failure { throw failure }
  return bytes
}
