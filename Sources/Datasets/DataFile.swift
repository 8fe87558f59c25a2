import CGLib
import Platform

/// A file of a data set as it lies on the disk.
struct DataFile {
  let path: String
  let bytes: [UInt8]

  /// Reads a file. Data sets come in files of up to some hundred megabytes; anything larger is
  /// something else.
  init(_ path: String, limit: Int = 1 << 29) throws(DatasetError) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw .unreadable(path: path, reason: "\(SystemError.last)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "it is not a file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw .unreadable(path: path, reason: "it has \(size) bytes, more than \(limit)")
    }
    do {
      bytes = try Platform.bytes(size) { (buffer) throws(SystemError) in
        try readFully(descriptor, into: buffer)
      }
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    self.path = path
  }

  /// At most so many bytes of the contents, unpacked where the file is in gzip's format.
  func contents(limit: Int) throws(DatasetError) -> [UInt8] {
    guard isGzip(bytes) else { return Array(bytes.prefix(limit)) }
    guard let unpacked = unpacked(gzip: bytes, limit: limit) else {
      throw .malformed(path: path, reason: "is damaged or cut off (gzip)")
    }
    return unpacked
  }
}

/// The SHA-256 of byte arrays one after another, in hexadecimal.
func sha256Hex(_ parts: [[UInt8]]) -> String {
  guard let checksum = g_checksum_new(G_CHECKSUM_SHA256) else {
    preconditionFailure("GLib has no SHA-256")
  }
  defer { g_checksum_free(checksum) }
  for part in parts {
    part.withUnsafeBufferPointer {
      g_checksum_update(checksum, $0.baseAddress, $0.count)
    }
  }
  return String(cString: g_checksum_get_string(checksum))
}
