import CCairo
import Charts
import Testing

extension Color {
  var bytes: [UInt8] { [red, green, blue].map { UInt8($0 * 255) } }
}

/// A PNG read back.
struct Pixels {
  let width: Int
  let height: Int
  private let values: [UInt32]

  init(_ png: [UInt8]) throws {
    let source = Source(png)
    let created = cairo_image_surface_create_from_png_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
        let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
        return source.read(into: data, Int(count))
      }, Unmanaged.passUnretained(source).toOpaque())
    let surface = try #require(created)
    defer { cairo_surface_destroy(surface) }
    try #require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
    width = Int(cairo_image_surface_get_width(surface))
    height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let data = try #require(cairo_image_surface_get_data(surface))
    var values: [UInt32] = []
    for y in 0..<height {
      let row = UnsafeMutableRawPointer(data + y * stride).assumingMemoryBound(to: UInt32.self)
      values += UnsafeBufferPointer(start: row, count: width)
    }
    self.values = values
  }

  subscript(x: Int, y: Int) -> [UInt8] {
    let value = values[y * width + x]
    return [UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  /// The columns and rows that are clearly not white.
  var ink: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    let dark = values.indices.filter { values[$0] & 255 < 128 }
    guard let top = dark.first, let bottom = dark.last,
      let left = dark.map({ $0 % width }).min(), let right = dark.map({ $0 % width }).max()
    else { return nil }
    return (left...right, top / width...bottom / width)
  }

  private final class Source {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> cairo_status_t {
      guard rest.count >= count else { return CAIRO_STATUS_READ_ERROR }
      for (index, byte) in rest.prefix(count).enumerated() { target[index] = byte }
      rest.removeFirst(count)
      return CAIRO_STATUS_SUCCESS
    }
  }
}
