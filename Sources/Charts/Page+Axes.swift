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
      lines(
        yTicks.major.compactMap { y.position(of: $0.value) }.map {
          [Point(frame.x, $0), Point(frame.maxX, $0)]
        }, theme.grid)
    }
    drawMarks(of: panel, colorBar: colorBar, x: x, y: y, in: frame)
    group(Scene.Group(.axis, panel.x.name("x"))) {
      $0.drawHorizontal(panel.x, xTicks, x, below: frame)
    }
    group(Scene.Group(.axis, panel.y.name("y"))) {
      $0.drawVertical(panel.y, yTicks, y, leftOf: frame, leftWidth: leftWidth)
    }
  }

  private mutating func drawHorizontal(
    _ axis: Axis, _ ticks: Ticks, _ scale: Scale, below frame: Rectangle
  ) {
    line([Point(frame.x, frame.maxY), Point(frame.maxX, frame.maxY)], theme.axis)
    lines(
      ticks.minor.compactMap(scale.position).map {
        [Point($0, frame.maxY), Point($0, frame.maxY + 2.5)]
      }, theme.axis, width: 0.7)
    lines(
      ticks.major.compactMap { scale.position(of: $0.value) }.map {
        [Point($0, frame.maxY), Point($0, frame.maxY + 4)]
      }, theme.axis)
    let baseline = frame.maxY + 7 + measurer.ascent(of: .tick)
    for tick in ticks.major {
      guard let position = scale.position(of: tick.value) else { continue }
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
    lines(
      ticks.minor.compactMap(scale.position).map {
        [Point(frame.x - 2.5, $0), Point(frame.x, $0)]
      }, theme.axis, width: 0.7)
    lines(
      ticks.major.compactMap { scale.position(of: $0.value) }.map {
        [Point(frame.x - 4, $0), Point(frame.x, $0)]
      }, theme.axis)
    for tick in ticks.major {
      guard let position = scale.position(of: tick.value) else { continue }
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

extension Axis {
  /// `x axis: epoch`; panels beside others leave the title out.
  fileprivate func name(_ dimension: String) -> String {
    title.isEmpty ? "\(dimension) axis" : "\(dimension) axis: \(title)"
  }
}
