import CCairo
package import Charts

/// Lays lines of text out with Pango, in DejaVu Sans, and tells how much room they take.
///
/// Nothing is fitted to pixels: a line has the same width in PNG and SVG and at every scale.
package final class PangoMeasurer: TextMeasuring {
  static let fontFamily = "DejaVu Sans"

  private let context: OpaquePointer
  private let layout: OpaquePointer
  private var style: TextStyle?
  private var widths: [TextStyle: [String: Double]] = [:]

  package init() {
    let map = pango_cairo_font_map_new()
    guard let map, let context = pango_font_map_create_context(map),
      let layout = pango_layout_new(context), let options = cairo_font_options_create()
    else { preconditionFailure("Pango could not start") }
    g_object_unref(UnsafeMutableRawPointer(map))
    // One unit of the font is one point of the scene.
    pango_cairo_context_set_resolution(context, 72)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    pango_context_set_round_glyph_positions(context, 0)
    cairo_font_options_destroy(options)
    pango_layout_set_single_paragraph_mode(layout, 1)
    self.context = context
    self.layout = layout
  }

  /// Whether there is a font with letters; without one, boxes stand for them.
  package var hasFont: Bool {
    self.set("Gradients", TextStyle(size: 12))
    return pango_layout_get_unknown_glyphs_count(layout) == 0
  }

  deinit {
    g_object_unref(UnsafeMutableRawPointer(layout))
    g_object_unref(UnsafeMutableRawPointer(context))
  }

  package func width(of string: String, style: TextStyle) -> Double {
    if let known = widths[style]?[string] { return known }
    set(string, style)
    var units: Int32 = 0
    pango_layout_get_size(layout, &units, nil)
    let width = Double(units) / Double(GF_PANGO_SCALE)
    widths[style, default: [:]][string] = width
    return width
  }

  package func ascent(of style: TextStyle) -> Double {
    metrics(style, pango_font_metrics_get_ascent)
  }

  package func descent(of style: TextStyle) -> Double {
    metrics(style, pango_font_metrics_get_descent)
  }

  /// Draws a line with the start of its baseline at the current point.
  func show(_ string: String, style: TextStyle, on canvas: OpaquePointer) {
    set(string, style)
    pango_cairo_update_context(canvas, context)
    pango_layout_context_changed(layout)
    pango_cairo_show_layout_line(canvas, pango_layout_get_line_readonly(layout, 0))
  }

  private func set(_ string: String, _ style: TextStyle) {
    if style != self.style {
      withDescription(style) { pango_layout_set_font_description(layout, $0) }
      self.style = style
    }
    pango_layout_set_text(layout, string, -1)
  }

  private func metrics(
    _ style: TextStyle, _ value: (OpaquePointer?) -> Int32
  ) -> Double {
    withDescription(style) { description in
      let metrics = pango_context_get_metrics(context, description, nil)
      defer { pango_font_metrics_unref(metrics) }
      return Double(value(metrics)) / Double(GF_PANGO_SCALE)
    }
  }

  private func withDescription<Result>(
    _ style: TextStyle, _ body: (OpaquePointer?) -> Result
  ) -> Result {
    let description = pango_font_description_new()
    defer { pango_font_description_free(description) }
    pango_font_description_set_family(description, Self.fontFamily)
    pango_font_description_set_absolute_size(description, style.size * Double(GF_PANGO_SCALE))
    pango_font_description_set_weight(
      description, UInt32(style.weight == .bold ? GF_PANGO_WEIGHT_BOLD : GF_PANGO_WEIGHT_NORMAL))
    return body(description)
  }
}
