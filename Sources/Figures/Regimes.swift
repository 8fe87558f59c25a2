import Charts
import Experiments
import Findings
import Records

extension Figure {
  /// A verdict for every combination of shortcuts, normalization, initialization and nonlinearity.
  static let regimes = Figure(
    "regimes",
    summary:
      "First ÷ last relative gradient at initialization, and whether it learns, for every combination "
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
          "Numbers: ‖∇‖·‖w‖ of the first ÷ of the last convolution at initialization; if all layers are "
            + "below 10⁻⁶ (vanishes), or one is above 10⁴ or not finite (explodes), that stands in its place.",
          "Explodes: above 100. Vanishes: below 1/100.",
          "✓ learns: the training error falls below \(Int(Regime.learningLimit)) % (chance: "
            + "90 %), mean of the last \(Regime.window) recorded of \(steps) mini-batches; ✗ does "
            + "not.", runs.seedCount > 1 ? "Cells are of the first seed." : ""),
        alternativeText:
          "A grid of cells: nonlinearities from top to bottom, with and without batch "
          + "normalization side by side; in each, initializations and kinds of network by depth. "
          + cells.tally,
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

  fileprivate var look: VerdictLook { VerdictLook(diagnosis?.verdict ?? .healthy) }
}

/// How a verdict looks: by a sign, and by colours whose lightness differs, so that grey print tells them apart.
private struct VerdictLook {
  let sign: String
  let fill: Ink
  /// Of what is written on it.
  let text: DiagramShape.WordColor

  init(_ verdict: Diagnosis.Verdict) {
    let onDark = Ink(light: Color(hex: 0xFFFFFF), dark: Color(hex: 0xFFFFFF))
    let onLight = Ink(light: Color(hex: 0x111111), dark: Color(hex: 0x111111))
    switch verdict {
    case .explodes:
      (sign, text) = ("↑ ", .onBox(onDark))
      fill = Ink(light: Color(hex: 0x8A2F6B), dark: Color(hex: 0x8A2F6B))
    case .vanishes:
      (sign, text) = ("↓ ", .onBox(onLight))
      fill = Ink(light: Color(hex: 0x7CCBB0), dark: Color(hex: 0x6FC3A6))
    case .closedAtStart:
      (sign, text) = ("0 ", .onBox(onLight))
      fill = Ink(light: Color(hex: 0xA9D8F5), dark: Color(hex: 0x9AD6F8))
    case .healthy:
      (sign, text) = ("", .text)
      fill = Ink(light: Color(hex: 0xF0F2F4), dark: Color(hex: 0x2A3038))
    }
  }
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
    let look = entry.look
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
          .box(frame, "", .tick, fill: look.fill, outline: nil),
          .words(
            entry.learns ? "✓" : "✗", .subtitle,
            at: Point(frame.x + 14, frame.midY + 5), .middle, look.text),
          .words(
            look.sign + entry.evidence, .label, at: Point(frame.midX + 10, frame.y + 14), .middle,
            look.text),
          .words(
            entry.outcome, .stage, at: Point(frame.midX + 10, frame.y + 28), .middle, look.text),
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
    let verdicts: [Diagnosis.Verdict] =
      [.explodes, .healthy, .vanishes] + (isClosed ? [.closedAtStart] : [])
    var left = 0.0
    return verdicts.flatMap { verdict -> [DiagramShape] in
      let look = VerdictLook(verdict)
      defer { left += 54 + 6.6 * Double(verdict.rawValue.count) }
      return [
        .box(
          Rectangle(x: left, y: 2, width: 26, height: 16), "", .tick, fill: look.fill, outline: nil),
        .words(look.sign, .label, at: Point(left + 14, 14), .middle, look.text),
        .words(verdict.rawValue, .legend, at: Point(left + 33, 14), .start, .text),
      ]
    } + [.words("✓ learns   ✗ does not", .legend, at: Point(left, 14), .start, .text)]
  }
}
