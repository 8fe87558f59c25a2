extension Page {
  /// Draws one panel: grid, marks, axes.
  mutating func draw(
    _ panel: Panel, colorBar: ColorBar?, in frame: Rectangle, leftWidth: Double
  ) {
    let xEnds = panel.x.isReversed ? (frame.maxX, frame.x) : (frame.x, frame.maxX)
    let yEnds = panel.y.isReversed ? (frame.y, frame.maxY) : (frame.maxY, frame.y)
    let x = Scale(panel.x.kind, domain: panel.x.domain, from: xEnds.0, to: xEnds.1)
    let y = Scale(panel.y.kind, domain: panel.y.domain, from: yEnds.0, to: yEnds.1)
    let xTicks = horizontalTicks(of: panel.x, x)
    let yTicks = verticalTicks(of: panel.y, y)

    let hasCells = panel.marks.contains { if case .heatMap = $0 { true } else { false } }
    if !hasCells {
      for tick in yTicks.major {
        guard let position = y.position(of: tick.value) else { continue }
        line([Point(frame.x, position), Point(frame.maxX, position)], theme.grid)
      }
    }
    draw(panel.marks, colorBar: colorBar, x: x, y: y, in: frame)
    drawHorizontal(panel.x, xTicks, x, below: frame)
    drawVertical(panel.y, yTicks, y, leftOf: frame, leftWidth: leftWidth)
  }

  private mutating func drawHorizontal(
    _ axis: Axis, _ ticks: Ticks, _ scale: Scale, below frame: Rectangle
  ) {
    line([Point(frame.x, frame.maxY), Point(frame.maxX, frame.maxY)], theme.axis)
    for value in ticks.minor {
      guard let position = scale.position(of: value) else { continue }
      line(
        [Point(position, frame.maxY), Point(position, frame.maxY + 2.5)], theme.axis, width: 0.7)
    }
    let baseline = frame.maxY + 7 + measurer.ascent(of: .tick)
    for tick in ticks.major {
      guard let position = scale.position(of: tick.value) else { continue }
      line([Point(position, frame.maxY), Point(position, frame.maxY + 4)], theme.axis)
      if axis.isLabelled {
        text(
          tick.label, .tick, theme.foreground, at: Point(position, baseline), anchor: .middle)
      }
    }
    if axis.isLabelled {
      let titleBaseline =
        baseline + measurer.descent(of: .tick) + measurer.ascent(of: .axisTitle) + 2
      text(
        axis.title, .axisTitle, theme.foreground, at: Point(frame.midX, titleBaseline),
        anchor: .middle)
    }
  }

  private mutating func drawVertical(
    _ axis: Axis, _ ticks: Ticks, _ scale: Scale, leftOf frame: Rectangle, leftWidth: Double
  ) {
    line([Point(frame.x, frame.y), Point(frame.x, frame.maxY)], theme.axis)
    for value in ticks.minor {
      guard let position = scale.position(of: value) else { continue }
      line([Point(frame.x - 2.5, position), Point(frame.x, position)], theme.axis, width: 0.7)
    }
    for tick in ticks.major {
      guard let position = scale.position(of: tick.value) else { continue }
      line([Point(frame.x - 4, position), Point(frame.x, position)], theme.axis)
      if axis.isLabelled {
        text(
          tick.label, .tick, theme.foreground,
          at: Point(frame.x - 8, position + measurer.middle(of: .tick)), anchor: .end)
      }
    }
    text(
      axis.title, .axisTitle, theme.foreground,
      at: Point(frame.x - leftWidth + measurer.ascent(of: .axisTitle), frame.midY),
      anchor: .middle, rotation: -90)
  }
}
