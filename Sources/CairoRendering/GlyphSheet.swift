import CCairo
import Charts

/// The glyphs of a document, each defined once and in one size, in which it is scaled where it is used.
///
/// Cairo writes the outlines of a glyph anew for every size of its font. So lines of text are drawn once
/// at a size of 1000, where whole numbers place outlines to a thousandth of the font's size.
final class GlyphSheet {
  static let size = 1000.0

  /// A line of text at that size, from the start of its baseline.
  struct Line {
    var glyphs: [(id: String, x: Double)]
    var width: Double
  }

  private struct Key: Hashable {
    let string: String
    let weight: Text.Weight
  }

  private let measurer = PangoMeasurer()
  private(set) var definitions: [MarkupElement] = []
  private var identifiers: [String: String] = [:]
  private var lines: [Key: Line] = [:]

  func line(_ string: String, _ weight: Text.Weight) throws(RenderingError) -> Line {
    let key = Key(string: string, weight: weight)
    if let known = lines[key] { return known }
    let style = TextStyle(size: Self.size, weight: weight)
    let width = measurer.width(of: string, style: style)
    // Cairo leaves out what lies off the page; letters can reach out of their lines.
    let margin = 2 * Self.size
    let drawing = try CairoSVG(width: width + 2 * margin, height: 2 * margin) {
      (canvas) throws(RenderingError) in
      try canvas.draw([
        .text(Text(string, at: Point(margin, margin), style: style, color: Color(hex: 0)))
      ])
    }
    var outlines: [String: String] = [:]
    for definition in drawing.definitions {
      if let id = definition["id"] { outlines[id] = definition.outline }
    }
    let glyphs = drawing.elements.flatMap(\.uses).compactMap { use -> (id: String, x: Double)? in
      guard let target = use["xlink:href"]?.dropFirst(), let outline = outlines[String(target)],
        !outline.isEmpty, let x = use["x"].flatMap(Double.init)
      else { return nil }
      return (identifier(of: outline), x - margin)
    }
    let line = Line(glyphs: glyphs, width: width)
    lines[key] = line
    return line
  }

  /// Enters an outline unless it is there.
  private func identifier(of outline: String) -> String {
    if let known = identifiers[outline] { return known }
    let id = "g\(identifiers.count)"
    identifiers[outline] = id
    definitions.append(
      MarkupElement(
        name: "path",
        attributes: [
          MarkupElement.Attribute(name: "id", value: id),
          MarkupElement.Attribute(name: "d", value: outline),
        ]))
    return id
  }
}

extension MarkupElement {
  /// The paths in an element, one after the other, in whole numbers.
  fileprivate var outline: String {
    let own = name == "path" ? shortened(path: self["d"] ?? "", places: 0) : ""
    return own + children.map(\.outline).joined()
  }

  /// Every place where something defined is used.
  fileprivate var uses: [MarkupElement] {
    name == "use" ? [self] : children.flatMap(\.uses)
  }
}
