import Essentials
import Platform

/// Writes a file whole or not at all: into a temporary file beside it, which then takes its name.
/// Creates the folders on the way.
package func writeAtomically(_ bytes: [UInt8], to path: String) throws(RecordError) {
  try writeAtomically(to: path) { file throws(RecordError) in try file.write(bytes) }
}

/// Writes a file piece by piece, whole or not at all. A link stays one, and what it leads to is written;
/// a device or a pipe takes what comes.
package func writeAtomically(
  to path: String, _ body: (inout OutputFile) throws(RecordError) -> Void
) throws(RecordError) {
  var status = stat()
  if stat(path, &status) == 0 {
    if ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      var file = try OutputFile(creating: path)
      return try body(&file)
    }
    if let real = realPath(path), lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
      return try writeAtomically(to: real, body)
    }
  }
  try createFolder(parentFolder(of: path))
  let temporary = "\(path).partial"
  do {
    var file = try OutputFile(creating: temporary)
    try body(&file)
    try file.synchronize()
  } catch {
    unlink(temporary)
    throw error
  }
  guard rename(temporary, path) == 0 else {
    let refusal = RecordError.lastSystemError("write", path)
    unlink(temporary)
    throw refusal
  }
}

/// Writes to the standard output piece by piece.
package func writeToStandardOutput(
  _ body: (inout OutputFile) throws(RecordError) -> Void
) throws(RecordError) {
  var file = try OutputFile(standardOutput: "the standard output")
  try body(&file)
}

/// Creates a folder and those above it, where they are missing.
package func createFolder(_ path: String) throws(RecordError) {
  var status = stat()
  if stat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .system(action: "create the folder", path: path, reason: "a file has that name")
    }
    return
  }
  let parent = parentFolder(of: path)
  if parent != path { try createFolder(parent) }
  // Another process may have been faster.
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
    throw .lastSystemError("create the folder", path)
  }
}

/// Where a path leads once links are followed; nil where that is not there.
private func realPath(_ path: String) -> String? {
  guard let found = realpath(path, nil) else { return nil }
  defer { free(found) }
  return String(cString: found)
}

func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A name beside a path that nothing has yet: `<path>.old-1`, `<path>.old-2`, …
func asidePath(_ path: String) -> String {
  var number = 1
  while exists("\(path).old-\(number)") { number += 1 }
  return "\(path).old-\(number)"
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Renames a file or folder.
func move(_ path: String, to destination: String) throws(RecordError) {
  guard rename(path, destination) == 0 else { throw .lastSystemError("write", destination) }
}

/// Removes a folder with all that is in it, if it is there.
func removeFolder(_ path: String) throws(RecordError) {
  guard exists(path) else { return }
  do {
    try FileManager.default.removeItem(atPath: path)
  } catch {
    throw .system(action: "remove", path: path, reason: "the system refuses")
  }
}

/// Reads a file that may have so many bytes at most.
func readFile(_ path: String, limit: Int = 1 << 28) throws(RecordError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw .lastSystemError("read", path) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .lastSystemError("read", path) }
  guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
    throw .malformed(
      path: path, line: nil, reason: "this is not a file of at most \(limit >> 20) MB")
  }
  let size = Int(status.st_size)
  do {
    return try bytes(size) { (buffer) throws(SystemError) in
      try readFully(descriptor, into: buffer)
    }
  } catch {
    throw .system(action: "read", path: path, reason: "\(error)")
  }
}

/// A file that is being written, closed when it goes out of scope.
package struct OutputFile: ~Copyable {
  private let descriptor: Int32
  private let path: String

  /// Creates the file, empty.
  init(creating path: String) throws(RecordError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .lastSystemError("write", path) }
  }

  /// The standard output, under a name for people.
  init(standardOutput name: String) throws(RecordError) {
    path = name
    descriptor = dup(STDOUT_FILENO)
    guard descriptor >= 0 else { throw .lastSystemError("write to", name) }
  }

  /// Opens a file that is there, to be written on from a length at which it is cut off. Nil where it
  /// is shorter.
  init?(continuing path: String, at length: Int) throws(RecordError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .lastSystemError("write", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .lastSystemError("read", path) }
    if status.st_size < length { return nil }
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw .lastSystemError("write", path)
    }
  }

  deinit { close(descriptor) }

  package mutating func write(_ bytes: [UInt8]) throws(RecordError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        writeBytes(descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw .lastSystemError("write", path)
      }
      written += count
    }
  }

  /// Waits until what was written is on the disk. A file that was removed meanwhile is an error.
  func synchronize() throws(RecordError) {
    var status = stat()
    guard
      fstat(descriptor, &status) != 0 || status.st_nlink > 0 || status.st_mode & S_IFMT != S_IFREG
    else {
      throw .system(action: "write", path: path, reason: "it was removed by another program")
    }
    // Some things that can be written to cannot be synchronized.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
      throw .lastSystemError("write", path)
    }
  }
}
