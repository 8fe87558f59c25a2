extension Page {
  /// Draws a rule across a panel, and its name on the side where there is room.
  mutating func draw(
    _ rule: RuleMark, _ color: Color, _ side: Text.Anchor?, x: Scale, y: Scale,
    in frame: Rectangle
  ) {
    switch rule.direction {
    case .atX:
      guard let position = x.position(of: rule.value) else { return }
      line([Point(position, frame.y - 4), Point(position, frame.maxY)], color, width: 0.8)
      guard let side else { return }
      text(
        rule.label, .stage, theme.muted,
        at: Point(
          position + (side == .end ? -3 : 3), frame.y - 2 - measurer.descent(of: .stage)),
        anchor: side)
    case .atY:
      guard let position = y.position(of: rule.value) else { return }
      line([Point(frame.x, position), Point(frame.maxX, position)], color, width: 0.8)
      text(
        rule.label, .stage, theme.muted, at: Point(frame.maxX - 4, position - 6), anchor: .end)
    }
  }

  /// On which side of an upright rule its name has room: right of it before the next one that has a name,
  /// or at the edge of the panel left of it, behind the one before. Nil where it has none.
  func side(
    of rule: RuleMark, among marks: [Mark], x: Scale, in frame: Rectangle
  ) -> Text.Anchor? {
    guard rule.direction == .atX, let place = x.position(of: rule.value) else { return .start }
    let others = marks.compactMap { mark -> (place: Double, width: Double)? in
      guard case .rule(let other) = mark, other.direction == .atX,
        let place = x.position(of: other.value)
      else { return nil }
      let width = measurer.width(of: other.label, style: .stage)
      return (place, other.label.isEmpty ? 0 : 3 + width)
    }
    let width = 3 + measurer.width(of: rule.label, style: .stage)
    if let next = others.filter({ $0.place > place && $0.width > 0 }).map(\.place).min() {
      return place + width <= next ? .start : nil
    }
    // Between panels there is room for a little more.
    if place + width <= frame.maxX + 12 { return .start }
    let before = others.filter { $0.place < place }.map { $0.place + $0.width }.max()
    return place - width >= (before ?? frame.x) + 6 ? .end : nil
  }
}
