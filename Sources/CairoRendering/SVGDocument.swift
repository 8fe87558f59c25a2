import CCairo
import Charts
import Wording

/// An SVG that is put together from Cairo's drawings, one for each group of a scene, so that every group
/// is an element with a name.
///
/// Cairo writes no groups and gives ids that depend on what the process drew before. So each run of
/// elements is drawn on a surface of its own; what it defines is entered here once, however often it is
/// drawn, under an id that follows from the order of appearance.
struct SVGDocument {
  /// Coordinates have so many decimal places, of points.
  static let places = 2

  private let scene: Scene
  private let fonts = GlyphSheet()
  private var definitions: [MarkupElement] = []
  private var identifiers: [MarkupElement: String] = [:]
  private var names: [String: Int] = [:]
  private var body = ""

  init(_ scene: Scene) throws(RenderingError) {
    self.scene = scene
    try write(
      [.path(Path([corners], isClosed: true), stroke: nil, fill: scene.background)], clips: [])
    try write(scene.elements, clips: [])
  }

  private var corners: [Point] {
    [
      Point(0, 0), Point(scene.width, 0), Point(scene.width, scene.height), Point(0, scene.height),
    ]
  }

  /// The file.
  var bytes: [UInt8] {
    let (width, height) = (number(scene.width), number(scene.height))
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
      role="graphics-document document" width="\(width)pt" height="\(height)pt" \
      viewBox="0 0 \(width) \(height)" stroke-linejoin="round">
      <title>\(escaped(scene.title))</title>
      <desc>\(escaped(scene.description))</desc>
      <defs>

      """
    for definition in definitions + fonts.definitions {
      definition.write(to: &text)
      text += "\n"
    }
    return Array("\(text)</defs>\n\(body)</svg>\n".utf8)
  }

  // MARK: - Elements

  private mutating func write(
    _ elements: [Scene.Element], clips: [Rectangle]
  ) throws(RenderingError) {
    var pending: [Scene.Element] = []
    for element in elements {
      switch element {
      case .path, .cells: pending.append(element)
      case .text(let text):
        try flush(&pending, clips)
        try write(text)
      case .clipped(let rectangle, let inner):
        try flush(&pending, clips)
        try write(inner, clips: clips + [rectangle])
      case .group(let group, let inner):
        try flush(&pending, clips)
        body += "<g id=\"\(identifier(of: group))\" \(group.role.attribute)>"
        body += "<title>\(escaped(group.title))</title>\n"
        try write(inner, clips: clips)
        body += "</g>\n"
      }
    }
    try flush(&pending, clips)
  }

  /// Draws what belongs together on a surface, and takes over what Cairo wrote.
  private mutating func flush(
    _ pending: inout [Scene.Element], _ clips: [Rectangle]
  ) throws(RenderingError) {
    guard !pending.isEmpty else { return }
    let elements = clips.reduce(pending) { [.clipped($1, $0)] }
    pending = []
    let drawing = try CairoSVG(width: scene.width, height: scene.height) {
      (canvas) throws(RenderingError) in
      try canvas.draw(elements)
    }
    var renamed: [String: String] = [:]
    for definition in drawing.definitions { enter(definition, &renamed) }
    for element in drawing.elements.compactMap({ tidied($0, renamed) }).flatMap(\.unwrapped) {
      element.write(to: &body)
      body += "\n"
    }
  }

  private func write(_ text: Text, line: GlyphSheet.Line) -> String {
    var place = "translate(\(number(text.position.x)) \(number(text.position.y)))"
    if text.rotation != 0 { place += "rotate(\(number(text.rotation)))" }
    let scale = text.style.size / GlyphSheet.size
    place += "scale(\(shortened(number: "\(scale)", places: 5)))"
    let shift = text.anchor.start(ofWidth: line.width)
    var words =
      "<g role=\"img\" aria-label=\"\(escaped(text.string))\" fill=\"\(text.color.hex)\" "
      + (text.color.opacity < 1 ? "fill-opacity=\"\(number(text.color.opacity))\" " : "")
      + "transform=\"\(place)\">"
    for glyph in line.glyphs {
      words += "<use xlink:href=\"#\(glyph.id)\" x=\"\(Int((glyph.x + shift).rounded()))\"/>"
    }
    return words + "</g>\n"
  }

  private mutating func write(_ text: Text) throws(RenderingError) {
    try text.requireFinite()
    body += write(text, line: try fonts.line(text.string, text.style.weight))
  }

  // MARK: - Definitions

  /// Enters a definition, and what it holds, unless an equal one is there.
  private mutating func enter(_ definition: MarkupElement, _ renamed: inout [String: String]) {
    guard let old = definition["id"] else { return }
    guard var short = tidied(definition, renamed) else { return }
    if let known = identifiers[short] {
      renamed[old] = known
      return
    }
    let new = "d\(identifiers.count)"
    identifiers[short] = new
    renamed[old] = new
    short.attributes.insert(MarkupElement.Attribute(name: "id", value: new), at: 0)
    definitions.append(short)
  }

  /// The id of a group: what it is called, in letters that need no escape, each once.
  private mutating func identifier(of group: Scene.Group) -> String {
    let words = group.name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    let name = ([group.role.rawValue] + words.prefix(6).map(String.init)).joined(separator: "-")
    names[name, default: 0] += 1
    return names[name] == 1 ? name : "\(name)-\(names[name] ?? 0)"
  }

  // MARK: - Shortening

  /// An element of Cairo's without what is there by default; nil where nothing is left of it.
  private func tidied(_ element: MarkupElement, _ renamed: [String: String]) -> MarkupElement? {
    var short = MarkupElement(name: element.name, attributes: [])
    short.children = element.children.compactMap { tidied($0, renamed) }
    if element.name == "g", short.children.isEmpty { return nil }
    for attribute in element.attributes.flatMap(\.declarations) where attribute.name != "id" {
      let value: String
      switch attribute.name {
      case "d": value = shortened(path: attribute.value, places: Self.places)
      case "fill", "stroke": value = shortened(color: attribute.value)
      case "x", "y", "width", "height", "stroke-width", "stroke-dasharray":
        value = attribute.value.split(separator: ",").map {
          shortened(number: $0, places: Self.places)
        }.joined(separator: ",")
      case "xlink:href" where attribute.value.hasPrefix("#"):
        let target = String(attribute.value.dropFirst())
        value = "#\(renamed[target] ?? target)"
      default:
        if attribute.value.hasPrefix("url(#"), attribute.value.hasSuffix(")") {
          let target = String(attribute.value.dropFirst(5).dropLast())
          value = "url(#\(renamed[target] ?? target))"
        } else {
          value = attribute.value
        }
      }
      if Self.defaults[attribute.name] != value {
        short.attributes.append(MarkupElement.Attribute(name: attribute.name, value: value))
      }
    }
    return short
  }

  /// What holds where nothing is said, or does not matter: lines are joined in rounds.
  private static let defaults = [
    "stroke-linecap": "butt", "stroke-linejoin": "round", "stroke-opacity": "1",
    "stroke-miterlimit": "10", "fill-opacity": "1", "fill-rule": "nonzero", "clip-rule": "nonzero",
    "stroke-width": "1",
  ]
}

extension MarkupElement {
  /// What is in a group that says nothing, or the element.
  fileprivate var unwrapped: [MarkupElement] {
    name == "g" && attributes.isEmpty ? children.flatMap(\.unwrapped) : [self]
  }
}

extension MarkupElement.Attribute {
  /// A style as the attributes that it stands for.
  fileprivate var declarations: [MarkupElement.Attribute] {
    guard name == "style" else { return [self] }
    return value.split(separator: ";").compactMap { declaration in
      let parts = declaration.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return MarkupElement.Attribute(name: String(parts[0]), value: String(parts[1]))
    }
  }
}

/// A coordinate.
private func number(_ value: Double) -> String {
  shortened(number: "\(value)", places: SVGDocument.places)
}

extension Scene.Group.Role {
  /// Of WAI-ARIA's graphics module, and what older readers know.
  fileprivate var attribute: String {
    switch self {
    case .panel, .axis, .legend: "role=\"graphics-object group\""
    case .mark, .rule: "role=\"graphics-symbol img\""
    }
  }
}

extension Scene.Group {
  /// What it is called, and its first and last value.
  fileprivate var title: String {
    guard let data, data.columns.contains("y") else { return name }
    func value(_ row: [DataTable.Value]?, _ column: String) -> String? {
      guard let row, let index = data.columns.firstIndex(of: column),
        case .number(let number) = row[index]
      else { return nil }
      return rounded(number)
    }
    let ends = [data.rows.first, data.rows.count > 1 ? data.rows.last : nil].compactMap { row in
      value(row, "y").flatMap { y in value(row, "x").map { "\(y) at \($0)" } }
    }
    return ends.isEmpty ? name : "\(name): \(ends.joined(separator: " to "))"
  }
}
