#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory that is handed out again: after the first training step every request is met by a buffer
/// that an earlier tensor has given back, and no page is touched for the first time.
final class BufferPool {
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  /// The bytes that were ever asked of the system and are still held.
  private(set) var allocatedBytes = 0

  /// A buffer of at least so many bytes; its contents are arbitrary.
  func buffer(bytes: Int) -> Buffer {
    let size = BufferPool.roundedSize(bytes)
    if let pointer = free[size]?.popLast() {
      return Buffer(pointer: pointer, size: size, pool: self)
    }
    var pointer: UnsafeMutableRawPointer?
    let status = posix_memalign(&pointer, BufferPool.alignment, size)
    guard status == 0, let pointer else {
      preconditionFailure("no memory for a tensor of \(bytes) bytes beside \(allocatedBytes)")
    }
    allocatedBytes += size
    return Buffer(pointer: pointer, size: size, pool: self)
  }

  fileprivate func takeBack(_ pointer: UnsafeMutableRawPointer, size: Int) {
    free[size, default: []].append(pointer)
  }

  deinit {
    for pointer in free.values.joined() { free_(pointer) }
  }

  private func free_(_ pointer: UnsafeMutableRawPointer) {
    #if canImport(Glibc)
      Glibc.free(pointer)
    #else
      Darwin.free(pointer)
    #endif
  }

  private static let alignment = 64

  /// Whole cache lines for small buffers, whole pages for large ones.
  private static func roundedSize(_ bytes: Int) -> Int {
    let unit = bytes < 1 << 16 ? alignment : 4096
    return max((bytes + unit - 1) / unit * unit, unit)
  }
}

/// A piece of memory on loan from a pool, to which it returns when nobody refers to it.
final class Buffer {
  let pointer: UnsafeMutableRawPointer
  private let size: Int
  private let pool: BufferPool

  fileprivate init(pointer: UnsafeMutableRawPointer, size: Int, pool: BufferPool) {
    self.pointer = pointer
    self.size = size
    self.pool = pool
  }

  var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }

  deinit { pool.takeBack(pointer, size: size) }
}
