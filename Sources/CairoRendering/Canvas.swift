import CCairo
import Charts

/// Replays a scene on a surface.
final class Canvas {
  private let handle: OpaquePointer
  private let text = PangoMeasurer()

  init(on surface: Surface) throws(RenderingError) {
    guard let handle = cairo_create(surface.handle) else { throw .cairo("out of memory") }
    self.handle = handle
    cairo_set_line_join(handle, CAIRO_LINE_JOIN_ROUND)
  }

  deinit { cairo_destroy(handle) }

  func draw(_ scene: Scene) throws(RenderingError) {
    set(scene.background)
    cairo_paint(handle)
    try draw(scene.elements)
  }

  func draw(_ elements: [Scene.Element]) throws(RenderingError) {
    for element in elements { try draw(element) }
    try throwing(cairo_status(handle))
  }

  private func draw(_ element: Scene.Element) throws(RenderingError) {
    switch element {
    case .path(let path, let stroke, let fill): try draw(path, stroke, fill)
    case .text(let text): try draw(text)
    case .cells(let grid): try draw(grid)
    case .clipped(let rectangle, let elements):
      try check(rectangle, "clip")
      cairo_save(handle)
      cairo_rectangle(handle, rectangle.x, rectangle.y, rectangle.width, rectangle.height)
      cairo_clip(handle)
      for element in elements { try draw(element) }
      cairo_restore(handle)
    case .group(_, let elements):
      for element in elements { try draw(element) }
    }
  }

  private func draw(_ path: Path, _ stroke: Stroke?, _ fill: Color?) throws(RenderingError) {
    for run in path.runs {
      for (index, point) in run.enumerated() {
        guard point.x.isFinite, point.y.isFinite else { throw .notFinite(in: "line") }
        if index == 0 {
          cairo_move_to(handle, point.x, point.y)
        } else {
          cairo_line_to(handle, point.x, point.y)
        }
      }
      if path.isClosed { cairo_close_path(handle) }
    }
    if let fill {
      set(fill)
      cairo_fill_preserve(handle)
    }
    if let stroke {
      guard stroke.width.isFinite, stroke.dash.allSatisfy(\.isFinite) else {
        throw .notFinite(in: "line")
      }
      set(stroke.color)
      cairo_set_line_width(handle, stroke.width)
      cairo_set_dash(handle, stroke.dash, Int32(stroke.dash.count), 0)
      cairo_stroke_preserve(handle)
    }
    cairo_new_path(handle)
  }

  private func draw(_ line: Text) throws(RenderingError) {
    try line.requireFinite()
    let width = text.width(of: line.string, style: line.style)
    cairo_save(handle)
    set(line.color)
    cairo_translate(handle, line.position.x, line.position.y)
    if line.rotation != 0 { cairo_rotate(handle, line.rotation * .pi / 180) }
    cairo_move_to(handle, line.anchor.start(ofWidth: width), 0)
    text.show(line.string, style: line.style, on: handle)
    cairo_restore(handle)
    cairo_new_path(handle)
  }

  /// Paints the cells as one image, each cell a block of pixels: crisp even where the viewer
  /// smooths images, and small in an SVG.
  private func draw(_ grid: CellGrid) throws(RenderingError) {
    try check(grid.frame, "grid of cells")
    guard grid.columns > 0, grid.rows > 0 else { return }
    let across = blockSize(grid.frame.width, grid.columns)
    let down = blockSize(grid.frame.height, grid.rows)
    let (width, height) = (grid.columns * across, grid.rows * down)
    let image = try Surface(
      taking: cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height)))
    cairo_surface_flush(image.handle)
    let stride = Int(cairo_image_surface_get_stride(image.handle))
    guard let data = cairo_image_surface_get_data(image.handle) else {
      throw .cairo("an image without memory")
    }
    for y in 0..<height {
      let row = UnsafeMutableRawPointer(data + y * stride).assumingMemoryBound(to: UInt32.self)
      for x in 0..<width {
        row[x] = grid.colors[y / down * grid.columns + x / across].rgb24
      }
    }
    cairo_surface_mark_dirty(image.handle)
    cairo_save(handle)
    cairo_translate(handle, grid.frame.x, grid.frame.y)
    cairo_scale(handle, grid.frame.width / Double(width), grid.frame.height / Double(height))
    cairo_set_source_surface(handle, image.handle, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(handle), CAIRO_FILTER_NEAREST)
    cairo_paint(handle)
    cairo_restore(handle)
  }

  /// Pixels along one side of a cell: enough for three in a point.
  private func blockSize(_ length: Double, _ cells: Int) -> Int {
    max(1, min(64, Int((3 * length / Double(cells)).rounded(.up))))
  }

  private func check(_ rectangle: Rectangle, _ name: String) throws(RenderingError) {
    guard
      [rectangle.x, rectangle.y, rectangle.width, rectangle.height].allSatisfy(\.isFinite)
    else { throw .notFinite(in: name) }
  }

  private func set(_ color: Color) {
    cairo_set_source_rgba(handle, color.red, color.green, color.blue, color.opacity)
  }
}

extension Text {
  func requireFinite() throws(RenderingError) {
    guard position.x.isFinite, position.y.isFinite, style.size.isFinite, rotation.isFinite else {
      throw .notFinite(in: "text")
    }
  }
}

extension Color {
  /// 0xRRGGBB.
  fileprivate var rgb24: UInt32 {
    func byte(_ component: Double) -> UInt32 {
      UInt32((min(max(component, 0), 1) * 255).rounded())
    }
    return byte(red) << 16 | byte(green) << 8 | byte(blue)
  }

  /// `#1b1f24`.
  var hex: String {
    let digits = String(rgb24, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
