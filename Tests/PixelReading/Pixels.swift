import CCairo

/// A PNG read back.
package struct Pixels {
  package let width: Int
  package let height: Int
  private let values: [UInt32]

  /// The bytes are no PNG that Cairo can read.
  package struct Unreadable: Error {}

  package init(_ png: [UInt8]) throws(Unreadable) {
    let source = Source(png)
    let created = cairo_image_surface_create_from_png_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
        let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
        return source.read(into: data, Int(count))
      }, Unmanaged.passUnretained(source).toOpaque())
    guard let surface = created else { throw Unreadable() }
    defer { cairo_surface_destroy(surface) }
    guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
      let data = cairo_image_surface_get_data(surface)
    else { throw Unreadable() }
    width = Int(cairo_image_surface_get_width(surface))
    height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    var values: [UInt32] = []
    for y in 0..<height {
      let row = UnsafeMutableRawPointer(data + y * stride).assumingMemoryBound(to: UInt32.self)
      values += UnsafeBufferPointer(start: row, count: width)
    }
    self.values = values
  }

  package subscript(x: Int, y: Int) -> [UInt8] {
    let value = values[y * width + x]
    return [UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  /// The columns and rows that are clearly not white.
  package var ink: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
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
