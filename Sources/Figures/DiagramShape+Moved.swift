import Charts

extension DiagramShape {
  /// The shape at another place.
  func moved(x: Double, y: Double) -> DiagramShape {
    func moved(_ point: Point) -> Point { Point(point.x + x, point.y + y) }
    switch self {
    case .box(let frame, let text, let style, let fill, let outline):
      let frame = Rectangle(
        x: frame.x + x, y: frame.y + y, width: frame.width, height: frame.height)
      return .box(frame, text, style, fill: fill, outline: outline)
    case .node(let center, let radius, let sign, let style):
      return .node(center: moved(center), radius: radius, sign, style)
    case .line(let points, let ink, let width, let dash, let hasArrow):
      return .line(points.map(moved), ink, width: width, dash: dash, hasArrow: hasArrow)
    case .words(let text, let style, let point, let anchor, let color):
      return .words(text, style, at: moved(point), anchor, color)
    case .group(let group, let shapes):
      return .group(group, shapes.map { $0.moved(x: x, y: y) })
    }
  }
}
