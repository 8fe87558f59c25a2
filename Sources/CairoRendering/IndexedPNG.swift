import CZlib

/// A PNG with a palette (ISO/IEC 15948, colour type 3): charts have few colours, and a byte for each pixel
/// instead of three makes them less than half as long.
///
/// Up to 256 colours are kept as they are. Of more, which come from smoothed edges, those are kept that
/// are missed most, and the others become the nearest of them.
struct IndexedPNG {
  private let width: Int
  private let height: Int
  /// 0x00RRGGBB.
  private let palette: [UInt32]
  private let indices: [UInt8]

  /// Nil where there are more colours than smoothed edges give rise to: a picture that no palette suits.
  init?(pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, stride: Int) {
    guard var table = ColorTable(pixels, width: width, height: height, stride: stride) else {
      return nil
    }
    self.width = width
    self.height = height
    palette = table.choosePalette(of: 256)
    indices = [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
      for y in 0..<height {
        for x in 0..<width {
          buffer[y * width + x] = table.index(of: pixels[y * stride + x] & 0xff_ffff)
        }
      }
      count = width * height
    }
  }

  func bytes() throws(RenderingError) -> [UInt8] {
    var png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    // Eight bits an index, a palette, nothing interlaced.
    append("IHDR", bigEndian(width) + bigEndian(height) + [8, 3, 0, 0, 0], to: &png)
    append(
      "PLTE", palette.flatMap { [UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255)] }, to: &png
    )
    append("IDAT", try compressedRows(), to: &png)
    append("IEND", [], to: &png)
    return png
  }

  /// Every row behind a zero: not filtered, as indices have no arithmetic.
  private func compressedRows() throws(RenderingError) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity((width + 1) * height)
    for y in 0..<height {
      rows.append(0)
      rows += indices[(y * width)..<((y + 1) * width)]
    }
    var length = compressBound(uLong(rows.count))
    var status = Z_OK
    let result = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      status = compress2(buffer.baseAddress, &length, rows, uLong(rows.count), 6)
      count = status == Z_OK ? Int(length) : 0
    }
    guard status == Z_OK else { throw .cairo("zlib cannot compress the picture") }
    return result
  }

  private func append(_ name: String, _ content: [UInt8], to png: inout [UInt8]) {
    let chunk = Array(name.utf8) + content
    png += bigEndian(content.count) + chunk
    png += bigEndian(Int(crc32(0, chunk, uInt(chunk.count))))
  }

  private func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
  }
}

/// The colours of a picture, how often each is there, and what becomes of it.
private struct ColorTable {
  /// Places of colours by their hash; −1 where there is none.
  private var slots = [Int32](repeating: -1, count: 1 << 16)
  private var colors: [UInt32] = []
  private var counts: [Int] = []
  private var places: [UInt8] = []
  private static let limit = 1 << 14

  init?(_ pixels: UnsafeBufferPointer<UInt32>, width: Int, height: Int, stride: Int) {
    var last = UInt32.max
    var place = 0
    for y in 0..<height {
      for x in 0..<width {
        let color = pixels[y * stride + x] & 0xff_ffff
        if color != last {
          let slot = slot(of: color)
          if slots[slot] < 0 {
            guard colors.count < Self.limit else { return nil }
            slots[slot] = Int32(colors.count)
            colors.append(color)
            counts.append(0)
          }
          place = Int(slots[slot])
          last = color
        }
        counts[place] += 1
      }
    }
  }

  /// Where a colour is, or would be.
  private func slot(of color: UInt32) -> Int {
    var slot = Int((color &* 0x9e37_79b1) >> 16)
    while slots[slot] >= 0, colors[Int(slots[slot])] != color { slot = (slot + 1) & 0xffff }
    return slot
  }

  /// Chooses colours one by one: that which is farthest from those before, counted by its pixels.
  mutating func choosePalette(of size: Int) -> [UInt32] {
    guard colors.count > size else {
      places = colors.indices.map { UInt8($0) }
      return colors
    }
    var palette: [UInt32] = []
    var distances = [Int](repeating: .max, count: colors.count)
    places = [UInt8](repeating: 0, count: colors.count)
    var next = counts.indices.max { counts[$0] < counts[$1] } ?? 0
    while palette.count < size {
      palette.append(colors[next])
      var worst = -1
      for index in colors.indices {
        let distance = squaredDistance(colors[index], colors[next])
        if distance < distances[index] {
          distances[index] = distance
          places[index] = UInt8(palette.count - 1)
        }
      }
      for index in colors.indices where counts[index] * distances[index] > worst {
        worst = counts[index] * distances[index]
        next = index
      }
    }
    return palette
  }

  func index(of color: UInt32) -> UInt8 { places[Int(slots[slot(of: color)])] }

  private func squaredDistance(_ first: UInt32, _ second: UInt32) -> Int {
    var sum = 0
    for shift in [16, 8, 0] as [UInt32] {
      let difference = Int(first >> shift & 255) - Int(second >> shift & 255)
      sum += difference * difference
    }
    return sum
  }
}
