import CCairo
package import Charts

extension Scene {
  /// The picture as PNG, with so many pixels in a point.
  package func png(scale: Double = 2) throws(RenderingError) -> [UInt8] {
    let size = (width: (width * scale).rounded(), height: (height * scale).rounded())
    try checkSize(size.width, size.height)
    let surface = try Surface(
      taking: cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(size.width), Int32(size.height)))
    cairo_surface_set_device_scale(surface.handle, scale, scale)
    try Canvas(on: surface).draw(self)
    if let picture = surface.indexedPNG() { return try picture.bytes() }
    let sink = ByteSink()
    try throwing(
      cairo_surface_write_to_png_stream(surface.handle, ByteSink.write, sink.closure))
    return sink.bytes
  }

  /// The picture as SVG, with its title and description and the names of its groups for those who hear
  /// it.
  package func svg() throws(RenderingError) -> [UInt8] {
    try checkSize(width, height)
    return try SVGDocument(self).bytes
  }

  private func checkSize(_ width: Double, _ height: Double) throws(RenderingError) {
    let possible = 1.0...32767.0
    guard possible.contains(width), possible.contains(height) else {
      throw .size(width: self.width, height: self.height)
    }
  }
}
