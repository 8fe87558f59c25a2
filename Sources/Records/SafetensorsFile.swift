import Essentials
import Platform

/// A file of named arrays in the safetensors format (https://huggingface.co/docs/safetensors): the
/// length of a header, 8 bytes; the header, JSON that says where each array lies; the arrays.
///
/// The header is checked when the file is opened: every array lies inside the file, has the size of
/// its shape, and begins where another ends. Arrays are read one at a time.
package struct SafetensorsFile: ~Copyable {
  package enum ElementType: String, Sendable {
    case float32 = "F32"
    case int64 = "I64"

    var size: Int { self == .float32 ? 4 : 8 }
  }

  package struct Entry: Hashable, Sendable {
    package let type: ElementType
    /// Empty for a single number.
    package let shape: [Int]
    /// In bytes, from the end of the header.
    let range: Range<Int>

    package var count: Int { range.count / type.size }
  }

  package let path: String
  package let entries: [String: Entry]
  /// Texts that the writer added, by name.
  package let metadata: [String: String]
  private let descriptor: Int32
  /// Where the arrays begin.
  private let start: Int

  /// The longest header that is read, in bytes.
  static let headerLimit = 1 << 24

  /// Opens a file and checks its header.
  package init(_ path: String) throws(SafetensorsError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw SafetensorsError(path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    do throws(SafetensorsError) {
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw SafetensorsError(path, "is not a file")
      }
      let size = Int(status.st_size)
      guard size >= 8 else {
        throw SafetensorsError(path, "is not a safetensors file: it has \(size) bytes")
      }
      let length = try Self.read(descriptor, path, at: 0, count: 8).reversed()
        .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(min(size - 8, Self.headerLimit)) else {
        throw SafetensorsError(
          path, "is not a safetensors file, or cut off: its header would have \(length) bytes")
      }
      let header = try Self.read(descriptor, path, at: 8, count: Int(length))
      (entries, metadata) = try Self.contents(header, path: path, bytes: size - 8 - Int(length))
      start = 8 + Int(length)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// An array of 32-bit floats, row-major.
  package func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    let entry = try entry(name, .float32)
    return try elements(entry)
  }

  /// An array of 64-bit integers, row-major.
  package func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
    let entry = try entry(name, .int64)
    return try elements(entry)
  }

  private func entry(_ name: String, _ type: ElementType) throws(SafetensorsError) -> Entry {
    guard let entry = entries[name] else {
      let names = entries.keys.sorted().prefix(8).joined(separator: ", ")
      throw SafetensorsError(path, "has no “\(name)”; it has \(names.isEmpty ? "nothing" : names)")
    }
    guard entry.type == type else {
      throw SafetensorsError(
        path, "holds “\(name)” as \(entry.type.rawValue), not as \(type.rawValue)")
    }
    return entry
  }

  private func elements<Element>(_ entry: Entry) throws(SafetensorsError) -> [Element] {
    var isComplete = false
    let elements = [Element](unsafeUninitializedCapacity: entry.count) { buffer, count in
      isComplete = Self.fill(
        UnsafeMutableRawBufferPointer(buffer), descriptor, at: start + entry.range.lowerBound)
      count = isComplete ? entry.count : 0
    }
    guard isComplete else { throw SafetensorsError(path, "could not be read to its end") }
    return elements
  }

  private static func read(
    _ descriptor: Int32, _ path: String, at offset: Int, count: Int
  ) throws(SafetensorsError) -> [UInt8] {
    var isComplete = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      isComplete = fill(UnsafeMutableRawBufferPointer(buffer), descriptor, at: offset)
      filled = isComplete ? count : 0
    }
    guard isComplete else { throw SafetensorsError(path, "could not be read to its end") }
    return bytes
  }

  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, _ descriptor: Int32, at offset: Int
  ) -> Bool {
    (try? readFully(descriptor, at: offset, into: buffer)) == buffer.count
  }
}

/// Why a safetensors file cannot be used: what is wrong, and where.
package struct SafetensorsError: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let reason: String

  package init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  package var description: String { "\(path) \(reason)." }
}
