import Testing

@testable import Charts

private func lineChart(
  _ lines: [LineMark], kind: Scale.Kind = .linear, domain: ClosedRange<Double> = 0...100,
  x: ClosedRange<Double> = 0...10, panels: Int = 1
) -> Chart {
  let panel = Panel(
    title: "panel", x: Axis("step", domain: x), y: Axis("error", kind, domain: domain),
    marks: lines.map(Mark.line))
  return Chart(
    title: "A chart", caption: "Made for a test.", alternativeText: "Lines.",
    panels: [Array(repeating: panel, count: panels)])
}

extension Chart {
  fileprivate func scene(width: Double = 600, height: Double = 400) -> Scene {
    laidOut(width: width, height: height, measuring: FixedAdvance(), theme: .light)
  }
}

extension Scene.Element {
  fileprivate var leaves: [Scene.Element] {
    switch self {
    case .path, .text, .cells: [self]
    case .clipped(_, let inner), .group(_, let inner): inner.flatMap(\.leaves)
    }
  }
}

extension Scene {
  fileprivate var flat: [Element] { elements.flatMap(\.leaves) }

  fileprivate var texts: [Text] {
    flat.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  fileprivate var grids: [CellGrid] {
    flat.compactMap { if case .cells(let grid) = $0 { grid } else { nil } }
  }

  /// Filled triangles.
  fileprivate var triangles: [[Point]] {
    flat.compactMap { element in
      guard case .path(let path, nil, .some) = element, path.runs.first?.count == 3 else {
        return nil
      }
      return path.runs.first
    }
  }

  /// The texts, as rectangles, that overlap another.
  fileprivate var collisions: [(String, String)] {
    let measurer = FixedAdvance()
    let boxes = texts.map { (text: $0, box: measurer.bounds(of: $0)) }
    return boxes.indices.flatMap { i in
      boxes.indices.dropFirst(i + 1).compactMap { j in
        let (a, b) = (boxes[i].box, boxes[j].box)
        let overlap =
          a.x < b.maxX - 0.5 && b.x < a.maxX - 0.5 && a.y < b.maxY - 0.5 && b.y < a.maxY - 0.5
        return overlap ? (boxes[i].text.string, boxes[j].text.string) : nil
      }
    }
  }
}

private func rising(_ slope: Double, label: String? = nil) -> LineMark {
  LineMark((0...10).map { Point(Double($0), slope * Double($0)) }, ink: .blue, label: label)
}

@Suite("Layout")
struct LayoutTests {
  @Test("no text covers another, and all is on the page", arguments: [1, 2, 3])
  func separate(panels: Int) {
    var chart = lineChart(
      [rising(5, label: "plain-56"), rising(5.1, label: "resnet-56"), rising(9, label: "x")],
      panels: panels)
    chart.subtitle = "And what it says."
    chart.legend = [
      LegendEntry(.line(.blue, width: 2, dash: [4, 2]), "training"),
      LegendEntry(.band(.blue), "mean ± standard deviation"),
    ]
    let scene = chart.scene(width: 900)
    #expect(scene.collisions.isEmpty, "\(scene.collisions)")
    let measurer = FixedAdvance()
    for text in scene.texts {
      let box = measurer.bounds(of: text)
      #expect(box.x >= 0 && box.y >= 0 && box.maxX <= 900 && box.maxY <= 400, "\(text.string)")
    }
  }

  @Test("names at the ends of lines that meet are pushed apart, and stay in order")
  func endLabels() {
    let lines = (0..<8).map { rising(5 + Double($0) / 100, label: "line \($0)") }
    let scene = lineChart(lines).scene()
    let labels = scene.texts.filter { $0.string.hasPrefix("line") }
    #expect(labels.count == 8 && scene.collisions.isEmpty)
    let order = labels.sorted { $0.position.y < $1.position.y }.map(\.string)
    #expect(order == (0..<8).reversed().map { "line \($0)" })
  }

  @Test("a long title is broken into lines of about one length")
  func longTitle() {
    var chart = lineChart([rising(1)])
    chart.title = String(repeating: "gradients that flow backward ", count: 6)
    let lines = chart.scene().texts.filter { $0.style == .title }
    #expect(lines.count > 1)
    let lengths = lines.map(\.string.count)
    #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 20)
  }

  @Test("a zero on a logarithmic axis, and what is infinite, are marked at the edges")
  func edges() {
    let points = [Point(0, 1), Point(1, 0), Point(2, .infinity), Point(3, .nan), Point(4, 10)]
    let scene = lineChart(
      [LineMark(points, ink: .blue)], kind: .logarithmic, domain: 0.1...100
    ).scene()
    #expect(scene.triangles.count == 2)
    let heights = scene.triangles.map { $0.map(\.y) }
    #expect(heights[0][0] > heights[0][1] && heights[1][0] < heights[1][1])
  }

  @Test("what is not a number leaves a gap, and a point alone is drawn")
  func gaps() {
    let points = [Point(0, 1), Point(1, 2), Point(2, .nan), Point(3, 4), Point(4, .nan)]
    let scene = lineChart([LineMark(points, ink: .blue)]).scene()
    let curves = scene.flat.filter { element in
      if case .path(_, let stroke?, nil) = element { stroke.width == 2 } else { false }
    }
    guard case .path(let path, _, _) = curves.first else {
      Issue.record("no curve")
      return
    }
    #expect(curves.count == 1 && path.runs.map(\.count) == [2])
    let dots = scene.flat.filter { element in
      if case .path(let path, nil, .some) = element { path.runs.first?.count == 32 } else { false }
    }
    #expect(dots.count == 1)
  }

  @Test(
    "names of rules stay in their panel: at its edge they stand left of the rule, or not at all")
  func ruleNames() throws {
    func texts(_ rules: [RuleMark]) -> [Text] {
      var chart = lineChart([rising(5)])
      chart.panels[0][0].marks += rules.map(Mark.rule)
      return chart.scene().texts
    }
    func anchors(_ rules: [RuleMark]) -> [Text.Anchor?] {
      let found = texts(rules)
      return rules.map { rule in found.first { $0.string == rule.label }?.anchor }
    }
    #expect(
      anchors([RuleMark(.atX, 2, label: "near"), RuleMark(.atX, 9.9, label: "the last of all")])
        == [.start, .end])
    // There is no room on either side.
    #expect(
      anchors([RuleMark(.atX, 9.2), RuleMark(.atX, 9.9, label: "the last of all")])[1] == nil)
    #expect(
      anchors([RuleMark(.atX, 2, label: "much too long"), RuleMark(.atX, 2.2, label: "b")])[0]
        == nil)
  }

  @Test("charts without data, and of 1202 layers, are laid out", arguments: [0, 1, 110, 1202])
  func sizes(count: Int) {
    let line = LineMark(
      (0..<count).map { Point(Double($0), 1e-3 * Double($0 + 1)) }, ink: .blue, label: "line")
    let scene = lineChart(
      [line], kind: .logarithmic, domain: 1e-4...10, x: 0...Double(max(count, 1))
    ).scene()
    #expect(scene.collisions.isEmpty)
  }

  @Test("equal charts give equal scenes; themes change colours alone")
  func deterministic() {
    let chart = lineChart([rising(3, label: "line")])
    #expect(chart.scene() == chart.scene())
    let dark = chart.laidOut(width: 600, height: 400, measuring: FixedAdvance(), theme: .dark)
    #expect(dark.background != chart.scene().background)
    #expect(dark.texts.map(\.position) == chart.scene().texts.map(\.position))
  }
}

@Suite("Heat maps")
struct HeatMapTests {
  private func chart(_ rows: [[Double]], edges: [Double], isReversed: Bool = true) -> Chart {
    let map = HeatMapMark(edges: edges, rows: rows)
    let panel = Panel(
      title: "map", x: Axis("step", domain: edges[0]...edges[edges.count - 1]),
      y: Axis("layer", domain: 0.5...Double(rows.count) + 0.5, isReversed: isReversed),
      marks: [.heatMap(map)])
    return Chart(
      title: "Heat", alternativeText: "A map.", panels: [[panel]],
      colorBar: ColorBar("norm", domain: 1e-3...1))
  }

  @Test("each cell has the colour of its value, columns as wide as they last")
  func cells() throws {
    let bar = ColorBar("norm", domain: 1e-3...1)
    for isReversed in [true, false] {
      let rows: [[Double]] = [[1e-3, 1], [0, .nan]]
      let scene = chart(rows, edges: [0, 3, 4], isReversed: isReversed).scene()
      let grid = try #require(scene.grids.first { $0.rows == 2 })
      let top = isReversed ? 0 : 1
      #expect(grid.colors[0] == bar.color(of: rows[top][0]))
      #expect(grid.colors[grid.columns - 1] == bar.color(of: rows[top][1]))
      #expect(grid.colors[grid.columns * 2 - 1] == bar.color(of: rows[1 - top][1]))
      let wide = grid.colors.prefix(grid.columns).filter { $0 == bar.color(of: rows[top][0]) }
      #expect(abs(Double(wide.count) / Double(grid.columns) - 0.75) < 0.01)
    }
  }

  @Test("the amounts that a map has lines at are the ticks of its scale, with the lines across")
  func levels() {
    let ink = Ink(light: Color(hex: 0x123456), dark: Color(hex: 0x123456))
    func scene(_ lines: [ColorBar.Line]) -> Scene {
      var chart = chart([[1, 0.1]], edges: [0, 1, 2])
      chart.colorBar = ColorBar("loss", domain: 1...100, lines: lines)
      return chart.scene()
    }
    func labels(_ scene: Scene) -> Set<String> {
      Set(scene.texts.map(\.string)).intersection(["30", "70", "10", "10¹", "100", "10²"])
    }
    #expect(labels(scene([])) == ["10", "100"])
    let marked = scene([ColorBar.Line(30, ink: ink), ColorBar.Line(70, ink: ink)])
    #expect(labels(marked) == ["30", "70"])
    // An amount beyond the scale has no place on it.
    #expect(labels(scene([ColorBar.Line(30, ink: ink), ColorBar.Line(700, ink: ink)])) == ["30"])
  }

  @Test("values without a logarithm are named beside the scale when they occur, and only then")
  func specials() {
    func names(_ rows: [[Double]]) -> Set<String> {
      Set(chart(rows, edges: [0, 1, 2]).scene().texts.map(\.string))
        .intersection(["exactly 0", "infinite", "not a number"])
    }
    #expect(names([[1, 0.1]]) == [])
    #expect(names([[1, 0]]) == ["exactly 0"])
    #expect(names([[.nan, .infinity]]) == ["infinite", "not a number"])
  }
}
