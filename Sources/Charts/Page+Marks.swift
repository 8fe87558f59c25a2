extension BandMark {
  /// Bands that overlap stay told apart.
  static let opacity = 0.2
}

extension Page {
  /// Draws the marks of a panel in their order, each a group of its own, then the names of lines.
  mutating func drawMarks(
    of panel: Panel, colorBar: ColorBar?, x: Scale, y: Scale, in frame: Rectangle
  ) {
    let hasCells = panel.marks.contains { if case .heatMap = $0 { true } else { false } }
    var inside = Page(frame: frame, theme: theme, measurer: measurer)
    for mark in panel.marks {
      let group = panel.group(of: mark)
      switch mark {
      case .line(let line): inside.group(group) { $0.draw(line, x: x, y: y) }
      case .band(let band): inside.group(group) { $0.draw(band, x: x, y: y) }
      case .rule(let rule):
        let color = hasCells ? theme.background : theme.muted
        let side = side(of: rule, among: panel.marks, x: x, in: frame)
        self.group(group) { $0.draw(rule, color, side, x: x, y: y, in: frame) }
      case .note(let note): self.group(group) { $0.draw(note, x: x, y: y) }
      case .point(let point): self.group(group) { $0.draw(point, x: x, y: y) }
      case .heatMap(let map):
        guard let colorBar else { continue }
        self.group(group) { $0.draw(map, colorBar, x: x, y: y, in: frame) }
      }
    }
    // Lines at the very edge keep their full width.
    let clip = Rectangle(
      x: frame.x - 2, y: frame.y - 2, width: frame.width + 4, height: frame.height + 4)
    if !inside.elements.isEmpty { elements.append(.clipped(clip, inside.elements)) }
    for case .line(let line) in panel.marks {
      let name = "\(panel.group(of: .line(line)).name), beyond the axis"
      group(Scene.Group(.mark, name)) { $0.drawEdgeSymbols(of: line, x: x, y: y, in: frame) }
    }
    drawEndLabels(panel.marks, x: x, y: y, in: frame)
  }

  private mutating func draw(_ line: LineMark, x: Scale, y: Scale) {
    var runs: [[Point]] = [[]]
    for point in line.points {
      if let left = x.position(of: point.x), let top = y.position(of: point.y) {
        runs[runs.count - 1].append(Point(left, top))
      } else if runs.last?.isEmpty == false {
        runs.append([])
      }
    }
    let color = line.ink.line(in: theme)
    let curves = runs.filter { $0.count > 1 }
    if !curves.isEmpty {
      elements.append(
        .path(
          Path(curves), stroke: Stroke(color, width: line.width, dash: line.dash), fill: nil))
    }
    // A point alone is no line, but it is there.
    for point in runs.filter({ $0.count == 1 }).joined() {
      fill(circle(point, radius: max(line.width, 1.5)), color)
    }
  }

  private mutating func draw(_ band: BandMark, x: Scale, y: Scale) {
    var upper: [Point] = []
    var lower: [Point] = []
    for index in band.x.indices {
      guard let left = x.position(of: band.x[index]),
        let top = y.nearestPosition(of: band.upper[index]),
        let bottom = y.nearestPosition(of: band.lower[index])
      else { continue }
      upper.append(Point(left, top))
      lower.append(Point(left, bottom))
    }
    if upper.count > 1 {
      fill(upper + lower.reversed(), band.ink.color(in: theme).opacity(BandMark.opacity))
    }
  }

  private mutating func draw(_ note: NoteMark, x: Scale, y: Scale) {
    guard let left = x.position(of: note.point.x), let top = y.position(of: note.point.y) else {
      return
    }
    text(
      note.string, .stage, theme.muted, at: Point(left, top + measurer.middle(of: .stage)),
      anchor: note.anchor)
  }

  private mutating func draw(_ mark: PointMark, x: Scale, y: Scale) {
    guard let left = x.position(of: mark.point.x), let top = y.position(of: mark.point.y) else {
      return
    }
    let color = mark.ink.line(in: theme)
    fill(circle(Point(left, top), radius: mark.radius), color)
    let away = mark.radius + 5
    let middle = measurer.middle(of: .label)
    let (place, anchor): (Point, Text.Anchor) =
      switch mark.side {
      case .left: (Point(left - away, top + middle), .end)
      case .right: (Point(left + away, top + middle), .start)
      case .above: (Point(left, top - away), .middle)
      case .below: (Point(left, top + away + measurer.ascent(of: .label)), .middle)
      }
    text(mark.label, .label, mark.ink.words(in: theme), at: place, anchor: anchor)
  }

  /// Triangles for the values that have no place on the axis.
  private mutating func drawEdgeSymbols(
    of line: LineMark, x: Scale, y: Scale, in frame: Rectangle
  ) {
    for point in line.points where !point.y.isNaN && y.position(of: point.y) == nil {
      guard let left = x.position(of: point.x), let edge = y.nearestPosition(of: point.y) else {
        continue
      }
      let tip = edge == y.start ? y.end < y.start ? 5.0 : -5 : y.end < y.start ? -5 : 5
      fill(
        [Point(left, edge + tip), Point(left - 3, edge), Point(left + 3, edge)],
        line.ink.line(in: theme))
    }
  }

  /// Names at the ends of lines, pushed apart until none covers another.
  private mutating func drawEndLabels(
    _ marks: [Mark], x: Scale, y: Scale, in frame: Rectangle
  ) {
    struct Label {
      var string: String
      var color: Color
      var end: Point
      var middle: Double
    }
    var labels = marks.compactMap { mark -> Label? in
      guard case .line(let line) = mark, let string = line.label,
        let last = line.points.last(where: { y.nearestPosition(of: $0.y) != nil }),
        let left = x.position(of: last.x), let top = y.nearestPosition(of: last.y)
      else { return nil }
      let inside = min(max(top, frame.y), frame.maxY)
      return Label(
        string: string, color: line.ink.words(in: theme), end: Point(left, inside),
        middle: inside)
    }
    labels.sort { ($0.middle, $0.string) < ($1.middle, $1.string) }
    let distance = measurer.lineHeight(of: .label) * 1.02
    spread(&labels, by: distance, over: frame.y...max(frame.y, frame.maxY)) {
      $0.middle
    } set: {
      $0.middle = $1
    }
    for label in labels {
      let left = label.end.x + 8
      if abs(label.middle - label.end.y) > distance / 2 {
        line(
          [Point(label.end.x + 1, label.end.y), Point(left - 1, label.middle)], label.color,
          width: 0.7)
      }
      text(
        label.string, .label, label.color,
        at: Point(left, label.middle + measurer.middle(of: .label)))
    }
  }

  private mutating func draw(
    _ map: HeatMapMark, _ bar: ColorBar, x: Scale, y: Scale, in frame: Rectangle
  ) {
    guard !map.rows.isEmpty, map.edges.count > 1 else { return }
    // The cells of a grid are equally wide, columns need not be: each point takes its column.
    let points = max(1, Int(frame.width))
    let columnOfPoint = (0..<points).map { point -> Int? in
      let place = frame.x + (Double(point) + 0.5) / Double(points) * frame.width
      let after = map.edges.firstIndex { (x.position(of: $0) ?? x.start) > place }
      guard let after, after > 0 else { return nil }
      return after - 1
    }
    let rows = y.start < y.end ? map.rows : map.rows.reversed()
    let colors = rows.flatMap { row -> [Color] in
      let ofColumns = row.map(bar.color)
      return columnOfPoint.map { $0.map { ofColumns[$0] } ?? theme.background }
    }
    elements.append(
      .cells(CellGrid(frame: frame, columns: points, rows: rows.count, colors: colors)))
  }
}

/// Moves sorted values apart until neighbours keep a distance, as little as possible and inside a
/// range if they fit.
func spread<Element>(
  _ elements: inout [Element], by distance: Double, over range: ClosedRange<Double>,
  get: (Element) -> Double, set: (inout Element, Double) -> Void
) {
  // Groups that touch are centred on the mean of what they would like, then may touch others.
  var groups: [(members: [Int], center: Double)] = []
  for index in elements.indices {
    groups.append(([index], get(elements[index])))
    while groups.count > 1 {
      let upper = groups[groups.count - 2]
      let lower = groups[groups.count - 1]
      let reach = Double(upper.members.count + lower.members.count) / 2 * distance
      if lower.center - upper.center >= reach { break }
      let members = upper.members + lower.members
      let wishes = members.map { get(elements[$0]) }
      groups.removeLast(2)
      groups.append((members, clamp(wishes, distance, range)))
    }
    let last = groups.count - 1
    groups[last].center = clamp(groups[last].members.map { get(elements[$0]) }, distance, range)
  }
  for group in groups {
    let first = group.center - Double(group.members.count - 1) / 2 * distance
    for (offset, member) in group.members.enumerated() {
      set(&elements[member], first + Double(offset) * distance)
    }
  }
}

private func clamp(
  _ wishes: [Double], _ distance: Double, _ range: ClosedRange<Double>
) -> Double {
  let mean = wishes.reduce(0, +) / Double(wishes.count)
  let half = Double(wishes.count - 1) / 2 * distance
  return max(min(mean, range.upperBound - half), range.lowerBound + half)
}
