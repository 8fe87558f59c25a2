import CCairo

/// What Cairo draws on, destroyed when nobody refers to it.
final class Surface {
  let handle: OpaquePointer

  /// Takes a surface that was just created.
  init(taking handle: OpaquePointer?) throws(RenderingError) {
    guard let handle else { throw .cairo("out of memory") }
    self.handle = handle
    try check()
  }

  deinit { cairo_surface_destroy(handle) }

  func check() throws(RenderingError) {
    try throwing(cairo_surface_status(handle))
  }
}

extension Surface {
  /// What is drawn on an image surface with 24 bits a pixel, as a PNG with a palette; nil where it has too
  /// many colours.
  func indexedPNG() -> IndexedPNG? {
    cairo_surface_flush(handle)
    guard let data = cairo_image_surface_get_data(handle) else { return nil }
    let width = Int(cairo_image_surface_get_width(handle))
    let height = Int(cairo_image_surface_get_height(handle))
    let stride = Int(cairo_image_surface_get_stride(handle)) / 4
    return data.withMemoryRebound(to: UInt32.self, capacity: stride * height) { pixels in
      IndexedPNG(
        pixels: UnsafeBufferPointer(start: pixels, count: stride * height), width: width,
        height: height, stride: stride)
    }
  }
}

func throwing(_ status: cairo_status_t) throws(RenderingError) {
  guard status == CAIRO_STATUS_SUCCESS else {
    throw .cairo(String(cString: cairo_status_to_string(status)))
  }
}

/// Where Cairo's streams go. It is handed to Cairo as an object: the address of an array's elements
/// would not survive its growth.
final class ByteSink {
  fileprivate(set) var bytes: [UInt8] = []

  var closure: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let write: cairo_write_func_t = { closure, data, count in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
