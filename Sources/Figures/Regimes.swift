import Charts
import Experiments
import Findings
import Records

extension Figure {
  /// A verdict for every combination of shortcuts, normalization, initialization and nonlinearity.
  static let regimes = Figure(
    "regimes",
    summary:
      "First ÷ last gradient at initialization, and whether it learns, for every combination "
      + "of shortcuts, normalization, initialization and nonlinearity.",
    from: .experiment(.regimes)
  ) { (runs: Comparison) -> Picture in
    let cells = [Regime](runs.records)
    let grid = RegimeGrid(cells)
    let steps = runs.groups.first?.first.iterations ?? 0
    return .diagram(
      Diagram(
        title: "Which gradients vanish, explode or stay healthy, and which networks learn",
        subtitle: cells.tally,
        caption: runs.caption(
          "Numbers: first ÷ last convolution’s weight gradient at initialization.",
          "Explodes: above 100, or a norm above 10⁴ or not finite. Vanishes: below 1/100, or no norm "
            + "reaches 10⁻⁶.",
          "✓ learns: the training error falls below \(Int(Regime.learningLimit)) % (chance: "
            + "90 %), mean of the last \(Regime.window) recorded of \(steps) mini-batches; ✗ does "
            + "not.", runs.seedCount > 1 ? "Cells are of the first seed." : ""),
        alternativeText:
          "A grid of cells: nonlinearities from top to bottom, with and without batch "
          + "normalization side by side; in each, initializations and kinds of network by depth. "
          + cells.tally + " " + cells.map(\.sentence).joined(separator: " "),
        width: grid.width, height: grid.height, shapes: grid.shapes))
  }
}

extension Regime {
  fileprivate var data: DataTable {
    let network = run.network
    let ratio = diagnosis.map { DataTable.Value.number($0.ratio) } ?? .missing
    let words = [diagnosis?.verdict.rawValue, diagnosis?.reason].map {
      $0.map(DataTable.Value.text) ?? .missing
    }
    return DataTable(
      columns: [
        "network", "kind", "layers", "normalization", "initialization", "activation", "ratio",
        "verdict", "reason", "training_error", "learns",
      ],
      rows: [
        [
          .text(network.name), .text(network.kind.rawValue), .number(Double(network.depth)),
          .text(network.normalization.rawValue), .text(run.initialization.rawValue),
          .text(network.activation.rawValue), ratio,
        ] + words + [.number(trainingError), .text("\(learns)")]
      ])
  }

  var fill: Ink {
    switch diagnosis?.verdict {
    case .explodes: .purple.faded(0.35)
    case .vanishes: .green.faded(0.4)
    case .closedAtStart: .skyBlue.faded(0.4)
    case .healthy, nil: .healthy
    }
  }
}

extension Ink {
  /// A grey that stands back on either paper.
  fileprivate static let healthy = Ink(light: Color(hex: 0xEEF0F2), dark: Color(hex: 0x2A3038))
}

/// The cells in their places.
private struct RegimeGrid {
  private let cells: [Regime]
  private let depths: [Int]
  private let initializations: [Initialization]

  private let cell = (width: 116.0, height: 34.0)
  private let gap = 2.0
  private let names = 168.0
  private let between = 34.0
  private let head = 48.0

  init(_ cells: [Regime]) {
    self.cells = cells
    depths = Set(cells.map(\.run.network.depth)).sorted()
    var found: [Initialization] = []
    for cell in cells where !found.contains(cell.run.initialization) {
      found.append(cell.run.initialization)
    }
    initializations = found
  }

  /// At least as wide as its title.
  private var panelWidth: Double { max(Double(depths.count) * (cell.width + gap), 236) }
  private var panelHeight: Double {
    head + Double(2 * initializations.count) * (cell.height + gap) + 14
  }
  var width: Double { names + 2 * panelWidth + between }
  var height: Double { 34 + Double(Activation.allCases.count) * panelHeight }

  var shapes: [DiagramShape] { legend + heads + cells.flatMap(shapes) }

  private func corner(_ activation: Activation, _ normalization: Normalization) -> Point {
    let row = Activation.allCases.firstIndex(of: activation) ?? 0
    let column = Normalization.allCases.firstIndex(of: normalization) ?? 0
    return Point(
      names + Double(column) * (panelWidth + between), 34 + Double(row) * panelHeight)
  }

  /// What stands above and beside the cells.
  private var heads: [DiagramShape] {
    Activation.allCases.flatMap { activation -> [DiagramShape] in
      let panels = Normalization.allCases.flatMap { normalization -> [DiagramShape] in
        let corner = corner(activation, normalization)
        let title =
          "\(activation.title), "
          + (normalization == .batch ? "batch normalization" : "no normalization")
        return [
          .words(title, .panelTitle, at: Point(corner.x, corner.y + 16), .start, .text)
        ]
          + depths.enumerated().map { index, depth in
            .words(
              "\(depth) layers", .tick,
              at: Point(
                corner.x + (Double(index) + 0.5) * (cell.width + gap), corner.y + head - 8),
              .middle, .muted)
          }
      }
      return panels + rowNames(top: corner(activation, .batch).y + head)
    }
  }

  private func shapes(_ entry: Regime) -> [DiagramShape] {
    let network = entry.run.network
    guard let depth = depths.firstIndex(of: network.depth),
      let scheme = initializations.firstIndex(of: entry.run.initialization)
    else { return [] }
    let row = 2 * scheme + (network.kind == .plain ? 0 : 1)
    let corner = corner(network.activation, network.normalization)
    let frame = Rectangle(
      x: corner.x + Double(depth) * (cell.width + gap),
      y: corner.y + head + Double(row) * (cell.height + gap), width: cell.width,
      height: cell.height)
    return [
      .group(
        Scene.Group(.mark, entry.sentence, data: entry.data),
        [
          .box(frame, "", .tick, fill: entry.fill, outline: nil),
          .words(entry.ratio, .label, at: Point(frame.midX, frame.y + 14), .middle, .text),
          .words(entry.outcome, .stage, at: Point(frame.midX, frame.y + 28), .middle, .text),
        ])
    ]
  }

  private func rowNames(top: Double) -> [DiagramShape] {
    initializations.enumerated().flatMap { index, scheme -> [DiagramShape] in
      let y = top + Double(2 * index) * (cell.height + gap)
      return [
        .words(scheme.title, .label, at: Point(0, y + cell.height + 4), .start, .text)
      ]
        + NetworkConfiguration.Kind.allCases.enumerated().map { row, kind in
          .words(
            kind.rawValue, .label,
            at: Point(names - 10, y + Double(row) * (cell.height + gap) + 21), .end,
            .ink(Ink(kind)))
        }
    }
  }

  /// What the colours mean.
  private var legend: [DiagramShape] {
    let isClosed = cells.contains { $0.diagnosis?.verdict == .closedAtStart }
    let entries: [(Ink, String)] =
      [
        (.purple.faded(0.35), "explodes"),
        (.healthy, "healthy"), (.green.faded(0.4), "vanishes"),
      ] + (isClosed ? [(.skyBlue.faded(0.4), "closed at the start")] : [])
    var left = 0.0
    return entries.flatMap { ink, text -> [DiagramShape] in
      defer { left += 48 + 6.6 * Double(text.count) }
      return [
        .box(Rectangle(x: left, y: 4, width: 20, height: 12), "", .tick, fill: ink, outline: nil),
        .words(text, .legend, at: Point(left + 27, 14), .start, .text),
      ]
    }
  }
}
