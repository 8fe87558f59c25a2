import CCairo

/// What Cairo writes when something is drawn on an SVG surface, as elements.
struct CairoSVG {
  /// Elements with ids that others refer to: glyphs, images, clips.
  private(set) var definitions: [MarkupElement] = []
  /// What is seen.
  private(set) var elements: [MarkupElement] = []

  /// Draws on a page, in points.
  init(
    width: Double, height: Double, _ draw: (Canvas) throws(RenderingError) -> Void
  ) throws(RenderingError) {
    let sink = ByteSink()
    let surface = try Surface(
      taking: cairo_svg_surface_create_for_stream(ByteSink.write, sink.closure, width, height))
    try draw(try Canvas(on: surface))
    cairo_surface_finish(surface.handle)
    try surface.check()
    for element in try MarkupElement(parsing: sink.bytes).children {
      if element.name == "defs" {
        define(element)
      } else {
        elements.append(element)
      }
    }
  }

  /// Collects the definitions in an element: those with an id, wherever they stand.
  private mutating func define(_ element: MarkupElement) {
    for child in element.children {
      if child["id"] == nil { define(child) } else { definitions.append(child) }
    }
  }
}
