#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory that is handed out again: after the first training step every request is met by a buffer
/// that an earlier tensor has given back, and no page is touched for the first time.
///
/// Large buffers are cut from slabs of huge pages (2 MiB), where the system grants them: a step walks
/// through hundreds of megabytes, and with pages of 4 KiB it would wait for their addresses.
final class BufferPool {
  private var free: [Int: [UnsafeMutableRawPointer]] = [:]
  private var blocks: [UnsafeMutableRawPointer] = []
  /// What is left of the newest slab.
  private var slab: (pointer: UnsafeMutableRawPointer, bytes: Int)?
  /// The bytes that buffers have needed at most.
  private(set) var allocatedBytes = 0

  /// A buffer of at least so many bytes; its contents are arbitrary.
  func buffer(bytes: Int) -> Buffer {
    let isLarge = bytes >= Self.largeBytes
    let unit = isLarge ? Self.pageBytes : Self.alignment
    let size = max((bytes + unit - 1) / unit * unit, unit)
    if let pointer = free[size]?.popLast() {
      return Buffer(pointer: pointer, size: size, pool: self)
    }
    let pointer = isLarge ? cut(size) : allocate(size, alignment: Self.alignment)
    allocatedBytes += size
    return Buffer(pointer: pointer, size: size, pool: self)
  }

  /// A piece of the newest slab, or of a new one.
  private func cut(_ size: Int) -> UnsafeMutableRawPointer {
    if let (pointer, bytes) = slab, bytes >= size {
      slab = (pointer + size, bytes - size)
      return pointer
    }
    let bytes =
      (max(size, Self.slabBytes) + Self.hugePageBytes - 1) / Self.hugePageBytes
      * Self.hugePageBytes
    let pointer = allocate(bytes, alignment: Self.hugePageBytes)
    #if os(Linux)
      madvise(pointer, bytes, MADV_HUGEPAGE)
    #endif
    slab = (pointer + size, bytes - size)
    return pointer
  }

  private func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, alignment, size) == 0, let pointer else {
      preconditionFailure("no memory for \(size) bytes beside \(allocatedBytes)")
    }
    blocks.append(pointer)
    return pointer
  }

  fileprivate func takeBack(_ pointer: UnsafeMutableRawPointer, size: Int) {
    free[size, default: []].append(pointer)
  }

  deinit {
    for pointer in blocks { release(pointer) }
  }

  /// Whole cache lines for small buffers, whole pages for large ones.
  private static let alignment = 64
  private static let pageBytes = 4096
  private static let largeBytes = 1 << 16
  private static let hugePageBytes = 1 << 21
  private static let slabBytes = 1 << 25
}

private func release(_ pointer: UnsafeMutableRawPointer) {
  #if canImport(Glibc)
    Glibc.free(pointer)
  #else
    Darwin.free(pointer)
  #endif
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
