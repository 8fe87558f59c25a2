import Platform

/// Memory that is handed out again: after the first training step every request is met by what earlier
/// tensors have given back, and no page is touched for the first time.
///
/// Large buffers are cut from slabs, and what comes back is joined with its neighbours, so that the
/// memory of many small tensors serves a large one later. Slabs lie on huge pages (2 MiB) where the
/// system grants them: a step walks through hundreds of megabytes, and with pages of 4 KiB it would
/// wait for their addresses. Small buffers are kept by their size.
final class BufferPool {
  private var small: [Int: [UnsafeMutableRawPointer]] = [:]
  /// The free parts of slabs, by address; no two touch.
  private var regions: [UnsafeMutableRawBufferPointer] = []
  /// What was allocated: small buffers and slabs.
  private(set) var blocks: [UnsafeMutableRawPointer] = []
  /// On loan now.
  private(set) var liveBytes = 0
  /// The most that was ever on loan at once.
  private(set) var peakBytes = 0

  /// A buffer of at least so many bytes; its contents are arbitrary.
  func buffer(bytes: Int) -> Buffer {
    let isLarge = bytes >= Self.largeBytes
    let unit = isLarge ? Self.pageBytes : Self.alignment
    let size = max((bytes + unit - 1) / unit * unit, unit)
    liveBytes += size
    peakBytes = max(peakBytes, liveBytes)
    let pointer =
      isLarge ? cut(size) : small[size]?.popLast() ?? allocate(size, alignment: Self.alignment)
    return Buffer(pointer: pointer, size: size, pool: self)
  }

  /// The beginning of the smallest free region that is large enough, or of a new slab.
  private func cut(_ size: Int) -> UnsafeMutableRawPointer {
    let fitting = regions.indices.filter { regions[$0].count >= size }
    if let best = fitting.min(by: { regions[$0].count < regions[$1].count }),
      let start = regions[best].baseAddress
    {
      let rest = regions[best].count - size
      if rest == 0 {
        regions.remove(at: best)
      } else {
        regions[best] = UnsafeMutableRawBufferPointer(start: start + size, count: rest)
      }
      return start
    }
    let page = Self.hugePageBytes
    let bytes = (max(size, Self.slabBytes) + page - 1) / page * page
    let slab = allocate(bytes, alignment: page)
    adviseLargePages(slab, bytes: bytes)
    if bytes > size { giveBack(slab + size, size: bytes - size) }
    return slab
  }

  /// Adds a free region, joined with those that it touches.
  private func giveBack(_ pointer: UnsafeMutableRawPointer, size: Int) {
    var (start, end) = (pointer, pointer + size)
    var place = regions.firstIndex { ($0.baseAddress ?? start) > start } ?? regions.count
    if place < regions.count, let next = regions[place].baseAddress, next == end {
      end = next + regions[place].count
      regions.remove(at: place)
    }
    if place > 0, let before = regions[place - 1].baseAddress,
      before + regions[place - 1].count == start
    {
      start = before
      place -= 1
      regions.remove(at: place)
    }
    regions.insert(UnsafeMutableRawBufferPointer(start: start, count: end - start), at: place)
  }

  private func allocate(_ size: Int, alignment: Int) -> UnsafeMutableRawPointer {
    var pointer: UnsafeMutableRawPointer?
    guard posix_memalign(&pointer, alignment, size) == 0, let pointer else {
      preconditionFailure("no memory for \(size) bytes beside \(liveBytes)")
    }
    blocks.append(pointer)
    return pointer
  }

  fileprivate func takeBack(_ pointer: UnsafeMutableRawPointer, size: Int) {
    liveBytes -= size
    if size >= Self.largeBytes {
      giveBack(pointer, size: size)
    } else {
      small[size, default: []].append(pointer)
    }
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
