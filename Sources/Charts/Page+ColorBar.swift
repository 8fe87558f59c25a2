import Wording

extension Page {
  /// Draws the scale of colours at the right of an area, over its height, and returns the width it
  /// takes. Colours that stand for no amount are named below it if they occur.
  mutating func draw(
    _ bar: ColorBar, showing values: [Double], beside area: Rectangle
  ) -> Double {
    let specials = ColorBar.Special.allCases.filter { special in
      values.contains { ColorBar.Special($0) == special }
    }
    let lineHeight = measurer.lineHeight(of: .tick)
    let titleHeight = measurer.lineHeight(of: .axisTitle)
    let barWidth = 14.0
    let top = area.y + 26
    let bottom = area.maxY - 40 - Double(specials.count) * (lineHeight + 4)
    let scale = Scale(.logarithmic, domain: bar.domain, from: bottom, to: top)
    let decades = scale.ticks { ticks in
      zip(ticks, ticks.dropFirst()).allSatisfy {
        abs((scale.position(of: $0.value) ?? 0) - (scale.position(of: $1.value) ?? 0))
          > lineHeight * 1.3
      }
    }
    let ticks =
      bar.lines.isEmpty
      ? decades.major : bar.lines.map { Tick($0.value, fixed($0.value, places: 0)) }
    let labels = ticks.map(\.label) + specials.map(\.rawValue)
    let labelWidth = labels.map { measurer.width(of: $0, style: .tick) }.max() ?? 0
    let width = barWidth + 8 + labelWidth + 6 + titleHeight
    let left = area.maxX - width

    let steps = 256
    elements.append(
      .cells(
        CellGrid(
          frame: Rectangle(x: left, y: top, width: barWidth, height: bottom - top), columns: 1,
          rows: steps,
          colors: (0..<steps).map {
            bar.map.color(at: 1 - (Double($0) + 0.5) / Double(steps))
          })))
    for level in bar.lines {
      guard let y = scale.position(of: level.value) else { continue }
      line([Point(left, y), Point(left + barWidth, y)], level.ink.color(in: theme), width: 1.2)
    }
    for tick in ticks {
      guard let y = scale.position(of: tick.value) else { continue }
      line([Point(left + barWidth, y), Point(left + barWidth + 4, y)], theme.axis)
      text(
        tick.label, .tick, theme.foreground,
        at: Point(left + barWidth + 8, y + measurer.middle(of: .tick)))
    }
    for (index, special) in specials.enumerated() {
      let y = bottom + 10 + Double(index) * (lineHeight + 4)
      fill(
        rectangle(Rectangle(x: left, y: y, width: barWidth, height: lineHeight)), special.color)
      text(
        special.rawValue, .tick, theme.foreground,
        at: Point(left + barWidth + 8, y + measurer.ascent(of: .tick)))
    }
    text(
      bar.title, .axisTitle, theme.foreground,
      at: Point(area.maxX - measurer.descent(of: .axisTitle), (top + bottom) / 2), anchor: .middle,
      rotation: -90)
    return width
  }
}
