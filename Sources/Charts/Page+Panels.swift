extension Page {
  /// Draws rows of panels into an area. Panels of a column are equally wide, rows equally high.
  mutating func draw(_ panels: [[Panel]], colorBar: ColorBar?, in area: Rectangle) {
    let columns = panels.map(\.count).max() ?? 0
    guard columns > 0 else { return }
    let rows = Double(panels.count)
    let hasTitles = panels.joined().contains { !$0.title.isEmpty }
    let titleHeight = (hasTitles ? measurer.lineHeight(of: .panelTitle) + 4 : 0)
    let stageHeight =
      panels.joined().contains { $0.hasLabelledRules } ? measurer.lineHeight(of: .stage) + 2 : 6
    let tickHeight = measurer.lineHeight(of: .tick) + 6
    let axisTitleHeight = measurer.lineHeight(of: .axisTitle) + 2

    // What stands below the plots of each row, and left and right of those of each column.
    let below = panels.map { row in
      row.map { $0.x.isLabelled ? tickHeight + ($0.x.title.isEmpty ? 0 : axisTitleHeight) : 8 }
        .max() ?? 0
    }
    let plotHeight =
      (area.height - below.reduce(0, +) - rows * (titleHeight + stageHeight) - (rows - 1) * 12)
      / rows
    let left = (0..<columns).map { column in
      panels.compactMap { column < $0.count ? $0[column].y : nil }
        .map { leftWidth(of: $0, height: plotHeight) }.max() ?? 0
    }
    let right = (0..<columns).map { column in
      panels.compactMap { column < $0.count ? $0[column] : nil }.map(endLabelWidth).max() ?? 0
    }
    let plotWidth =
      (area.width - left.reduce(0, +) - right.reduce(0, +) - Double(columns - 1) * 18)
      / Double(columns)

    var top = area.y
    for (row, panelsOfRow) in panels.enumerated() {
      top += titleHeight + stageHeight
      var x = area.x
      for (column, panel) in panelsOfRow.enumerated() {
        x += left[column]
        let frame = Rectangle(x: x, y: top, width: plotWidth, height: plotHeight)
        text(
          panel.title, .panelTitle, theme.foreground,
          at: Point(x, top - stageHeight - 4 - measurer.descent(of: .panelTitle)))
        group(Scene.Group(.panel, panel.name)) {
          $0.draw(panel, colorBar: colorBar, in: frame, leftWidth: left[column])
        }
        x += plotWidth + right[column] + 18
      }
      top += plotHeight + below[row] + 12
    }
  }

  /// The room that labels and title of a y axis take.
  private func leftWidth(of axis: Axis, height: Double) -> Double {
    let title = axis.title.isEmpty ? 0 : measurer.lineHeight(of: .axisTitle) + 4
    guard axis.isLabelled else { return title }
    let scale = Scale(axis.kind, domain: axis.domain, from: height, to: 0)
    let ticks = verticalTicks(of: axis, scale).major
    return title + 8 + (ticks.map { measurer.width(of: $0.label, style: .tick) }.max() ?? 0)
  }

  /// The room that labels at the ends of lines take.
  private func endLabelWidth(of panel: Panel) -> Double {
    let widths = panel.marks.compactMap { mark -> Double? in
      guard case .line(let line) = mark, let label = line.label else { return nil }
      return measurer.width(of: label, style: .label)
    }
    return widths.max().map { $0 + 14 } ?? 4
  }

  func verticalTicks(of axis: Axis, _ scale: Scale) -> Ticks {
    if let ticks = axis.ticks { return Ticks(major: ticks) }
    let distance = measurer.lineHeight(of: .tick) * 1.5
    return scale.ticks(onlyWhole: axis.isWhole) { ticks in
      let positions = ticks.compactMap { scale.position(of: $0.value) }
      return zip(positions, positions.dropFirst()).allSatisfy { abs($0 - $1) >= distance }
    }
  }

  func horizontalTicks(of axis: Axis, _ scale: Scale) -> Ticks {
    if let ticks = axis.ticks { return Ticks(major: ticks) }
    return scale.ticks(onlyWhole: axis.isWhole) { ticks in
      zip(ticks, ticks.dropFirst()).allSatisfy { one, other in
        let room = abs(
          (scale.position(of: one.value) ?? 0) - (scale.position(of: other.value) ?? 0))
        let needed =
          measurer.width(of: one.label, style: .tick) / 2
          + measurer.width(of: other.label, style: .tick) / 2
        return room >= needed + 14
      }
    }
  }
}

extension Panel {
  /// Its title, or what it has on its axes.
  var name: String { title.isEmpty ? "\(y.title) against \(x.title)" : title }

  fileprivate var hasLabelledRules: Bool {
    marks.contains { mark in
      if case .rule(let rule) = mark {
        rule.direction == .atX && !rule.label.isEmpty
      } else {
        false
      }
    }
  }
}
