import RealModule

/// A figure that is not a plot: boxes, lines and words at places of their own.
package struct Diagram: Hashable, Sendable {
  package var title: String
  /// What it says, one or two sentences under the title.
  package var subtitle: String
  package var caption: String
  /// The figure in words, for those who do not see it.
  package var alternativeText: String
  /// The size of the plane that the shapes lie in, in points.
  package var width: Double
  package var height: Double
  package var shapes: [DiagramShape]

  package init(
    title: String, subtitle: String = "", caption: String = "", alternativeText: String,
    width: Double, height: Double, shapes: [DiagramShape]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.caption = caption
    self.alternativeText = alternativeText
    self.width = width
    self.height = height
    self.shapes = shapes
  }
}

/// Something in a diagram; places are in points from its upper left corner.
package enum DiagramShape: Hashable, Sendable {
  /// A rectangle with a line of text in its middle.
  case box(Rectangle, String, TextStyle, fill: Ink?, outline: Ink?)
  /// A circle with a sign in it.
  case node(center: Point, radius: Double, String, TextStyle)
  case line([Point], Ink?, width: Double, dash: [Double], hasArrow: Bool)
  /// Words in the colour of an ink, or muted, or of text.
  case words(String, TextStyle, at: Point, Text.Anchor, WordColor)
  /// Shapes that stand for one thing together.
  case group(Scene.Group, [DiagramShape])

  package enum WordColor: Hashable, Sendable {
    case text, muted
    case ink(Ink)
    /// As it is, on a box of another colour than the paper's.
    case onBox(Ink)
  }
}

extension Diagram {
  /// Decides where everything goes: a scene as high as the words above and below the plane ask for,
  /// and at least as wide as the plane.
  package func laidOut(measuring measurer: any TextMeasuring, theme: Theme) -> Scene {
    let margin = 24.0
    let inner = max(width, 420)
    var page = Page(
      frame: Rectangle(x: 0, y: 0, width: inner + 2 * margin, height: 0), theme: theme,
      measurer: measurer)
    var top = margin - 4
    page.write(title, .title, theme.foreground, x: margin, top: &top, width: inner, balanced: true)
    if !subtitle.isEmpty {
      top += 3
      page.write(subtitle, .subtitle, theme.foreground, x: margin, top: &top, width: inner)
    }
    let origin = Point(margin + (inner - width) / 2, top + 14)
    for shape in shapes { page.draw(shape, from: origin) }
    top = origin.y + height + 12
    page.write(caption, .caption, theme.muted, x: margin, top: &top, width: inner)
    return Scene(
      width: inner + 2 * margin, height: top + margin - 6, background: theme.background,
      title: title, description: alternativeText, elements: page.elements)
  }
}

extension Page {
  fileprivate mutating func draw(_ shape: DiagramShape, from origin: Point) {
    func placed(_ point: Point) -> Point { Point(origin.x + point.x, origin.y + point.y) }
    switch shape {
    case .box(let frame, let string, let style, let fill, let outline):
      let corner = placed(Point(frame.x, frame.y))
      let frame = Rectangle(
        x: corner.x, y: corner.y, width: frame.width, height: frame.height)
      elements.append(
        .path(
          Path([rectangle(frame)], isClosed: true),
          stroke: outline.map { Stroke($0.color(in: theme), width: 1) },
          fill: fill?.color(in: theme)))
      text(
        string, style, theme.foreground,
        at: Point(frame.midX, frame.midY + measurer.middle(of: style)), anchor: .middle)
    case .node(let center, let radius, let sign, let style):
      let center = placed(center)
      elements.append(
        .path(
          Path([circle(center, radius: radius)], isClosed: true),
          stroke: Stroke(theme.foreground, width: 1), fill: theme.background))
      text(
        sign, style, theme.foreground,
        at: Point(center.x, center.y + measurer.middle(of: style)), anchor: .middle)
    case .line(let points, let ink, let width, let dash, let hasArrow):
      draw(
        points.map(placed), ink?.line(in: theme) ?? theme.foreground, width: width, dash: dash,
        hasArrow: hasArrow)
    case .words(let string, let style, let point, let anchor, let color):
      let color =
        switch color {
        case .text: theme.foreground
        case .muted: theme.muted
        case .ink(let ink): ink.words(in: theme)
        case .onBox(let ink): ink.color(in: theme)
        }
      text(string, style, color, at: placed(point), anchor: anchor)
    case .group(let group, let shapes):
      self.group(group) { page in
        for shape in shapes { page.draw(shape, from: origin) }
      }
    }
  }

  /// A line that ends in a triangle, if asked for.
  private mutating func draw(
    _ points: [Point], _ color: Color, width: Double, dash: [Double], hasArrow: Bool
  ) {
    guard hasArrow, let end = points.last, let before = points.dropLast().last else {
      line(points, color, width: width, dash: dash)
      return
    }
    let length = max(
      ((end.x - before.x) * (end.x - before.x) + (end.y - before.y) * (end.y - before.y))
        .squareRoot(), 1e-9)
    let (dx, dy) = ((end.x - before.x) / length, (end.y - before.y) / length)
    let (long, half) = (2 + 2.5 * width, 1 + 1.1 * width)
    let base = Point(end.x - long * dx, end.y - long * dy)
    line(points.dropLast() + [base], color, width: width, dash: dash)
    fill(
      [
        end, Point(base.x - half * dy, base.y + half * dx),
        Point(base.x + half * dy, base.y - half * dx),
      ], color)
  }
}

/// The corners of a polygon that looks like a circle.
func circle(_ center: Point, radius: Double) -> [Point] {
  (0..<32).map { step in
    let direction = Point(onUnitCircleAt: Double(step) / 16 * .pi)
    return Point(center.x + radius * direction.x, center.y + radius * direction.y)
  }
}

extension Point {
  /// The point at an angle in radians on the circle of radius 1.
  init(onUnitCircleAt angle: Double) { self.init(.cos(angle), .sin(angle)) }
}
