extension Chart {
  /// Decides where everything goes: a scene of the given size in points.
  package func laidOut(
    width: Double, height: Double, measuring measurer: any TextMeasuring, theme: Theme
  ) -> Scene {
    var page = Page(
      frame: Rectangle(x: 0, y: 0, width: width, height: height), theme: theme, measurer: measurer)
    let margin = 24.0
    let inner = width - 2 * margin
    var top = margin - 4
    page.write(
      title, .title, theme.foreground, x: margin, top: &top, width: inner, balanced: true)
    if !subtitle.isEmpty {
      top += 3
      page.write(subtitle, .subtitle, theme.foreground, x: margin, top: &top, width: inner)
    }
    if !legend.isEmpty {
      top += 8
      page.group(Scene.Group(.legend, "legend")) {
        $0.draw(legend, x: margin, top: &top, width: inner)
      }
    }

    let captionLines = measurer.lines(of: caption, style: .caption, width: inner)
    let captionHeight = Double(captionLines.count) * measurer.lineHeight(of: .caption)
    var captionTop = height - margin + 6 - captionHeight
    let bottom = captionTop - (captionLines.isEmpty ? 0 : 10)
    page.write(caption, .caption, theme.muted, x: margin, top: &captionTop, width: inner)

    var area = Rectangle(x: margin, y: top + 10, width: inner, height: bottom - top - 10)
    if let colorBar {
      let values = panels.joined().flatMap { $0.marks.flatMap(\.heatValues) }
      var width = 0.0
      page.group(Scene.Group(.legend, colorBar.title)) {
        width = $0.draw(colorBar, showing: values, beside: area)
      }
      area.width -= width + 22
    }
    page.draw(panels, colorBar: colorBar, in: area)

    return Scene(
      width: width, height: height, background: theme.background, title: title,
      description: alternativeText, elements: page.elements)
  }
}

extension Mark {
  fileprivate var heatValues: [Double] {
    if case .heatMap(let map) = self { Array(map.rows.joined()) } else { [] }
  }
}

/// A scene in the making.
struct Page {
  let frame: Rectangle
  let theme: Theme
  let measurer: any TextMeasuring
  var elements: [Scene.Element] = []

  /// Puts what is drawn meanwhile into a group. One that draws nothing is there for its numbers.
  mutating func group(_ group: Scene.Group, _ draw: (inout Page) -> Void) {
    let before = elements
    elements = []
    draw(&self)
    let drawn = elements
    elements = before + (drawn.isEmpty && group.data == nil ? [] : [.group(group, drawn)])
  }

  /// Lines that are drawn alike, as one path.
  mutating func lines(_ lines: [[Point]], _ color: Color, width: Double = 1) {
    if lines.isEmpty { return }
    elements.append(.path(Path(lines), stroke: Stroke(color, width: width), fill: nil))
  }

  mutating func line(_ points: [Point], _ color: Color, width: Double = 1, dash: [Double] = []) {
    elements.append(
      .path(Path([points]), stroke: Stroke(color, width: width, dash: dash), fill: nil))
  }

  mutating func fill(_ points: [Point], _ color: Color) {
    elements.append(.path(Path([points], isClosed: true), stroke: nil, fill: color))
  }

  mutating func text(
    _ string: String, _ style: TextStyle, _ color: Color, at position: Point,
    anchor: Text.Anchor = .start, rotation: Double = 0
  ) {
    if string.isEmpty { return }
    elements.append(
      .text(
        Text(
          string, at: position, anchor: anchor, style: style, color: color, rotation: rotation)))
  }

  /// Writes a paragraph and moves `top` below it.
  mutating func write(
    _ string: String, _ style: TextStyle, _ color: Color, x: Double, top: inout Double,
    width: Double, balanced: Bool = false
  ) {
    let lines =
      balanced
      ? measurer.balancedLines(of: string, style: style, width: width)
      : measurer.lines(of: string, style: style, width: width)
    for line in lines {
      text(line, style, color, at: Point(x, top + measurer.ascent(of: style)))
      top += measurer.lineHeight(of: style)
    }
  }

  /// Draws legend entries in rows and moves `top` below them.
  mutating func draw(_ legend: [LegendEntry], x: Double, top: inout Double, width: Double) {
    let sample = 30.0
    let rowHeight = measurer.lineHeight(of: .legend) + 2
    var left = x
    for entry in legend {
      let needed = sample + 7 + measurer.width(of: entry.label, style: .legend)
      if left > x, left + needed > x + width {
        left = x
        top += rowHeight
      }
      let middle = top + rowHeight / 2
      switch entry.sample {
      case .line(let ink, let lineWidth, let dash):
        line(
          [Point(left, middle), Point(left + sample, middle)], ink.line(in: theme),
          width: lineWidth, dash: dash)
      case .band(let ink):
        fill(
          rectangle(Rectangle(x: left, y: middle - 5, width: sample, height: 10)),
          ink.color(in: theme).opacity(BandMark.opacity))
      }
      text(
        entry.label, .legend, theme.foreground,
        at: Point(left + sample + 7, middle + measurer.middle(of: .legend)))
      left += needed + 20
    }
    top += rowHeight
  }
}

func rectangle(_ frame: Rectangle) -> [Point] {
  [
    Point(frame.x, frame.y), Point(frame.maxX, frame.y), Point(frame.maxX, frame.maxY),
    Point(frame.x, frame.maxY),
  ]
}
