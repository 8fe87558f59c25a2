import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// The maps of the deepest twins of a training.
  static let gradientOverTime = gradientOverTime(
    "gradient-over-time", from: .experiment(.gradientFlow))

  /// The gradient's norm in every layer at every recorded step, as colour: plain above residual.
  ///
  /// Norms fall by powers of ten while networks learn, and would leave the later steps one colour. So each
  /// is divided by the one of the median layer at its step: colour tells how the layers share.
  static func gradientOverTime(_ name: String, from source: Source) -> Figure {
    Figure(
      name,
      summary:
        "Each layer's gradient at every recorded step, beside the median layer's, plain above residual.",
      from: source
    ) { (runs: Comparison) -> Picture in
      let twins = Array(runs.shown(in: source).prefix(mapLimit))
      let shown = runs.restricted(to: twins)
      let maps = twins.map { (network: $0, map: LayerShares($0.first)) }
      let reach = maps.map(\.map.reach).max() ?? 10
      let first = maps.compactMap { $0.map.edges.first }.min() ?? 0
      let last = maps.compactMap { $0.map.edges.last }.max() ?? 1
      let seed = runs.groups.first?.first.seed ?? 0
      let columns = maps.map { $0.map.edges.count - 1 }.max() ?? 0
      let chart = Chart(
        title: "Which layers get more gradient than most while "
          + "\(twins.title) learn\(twins.count == 1 ? "s" : "")",
        subtitle: "Bright is more than the median layer gets at that step, dark is less"
          + (runs.isOurs
            ? ". Step 0 is the network at initialization; the first layer is at the top."
            : "; the first layer is at the top."),
        caption: shown.caption(
          "Gradients of single mini-batches at \(columns) of the steps"
            + "\(shown.seedCount > 1 ? ", of seed \(seed)" : "").",
          "L2 norms of ∂loss/∂weights; each column is divided by its median layer’s.",
          "Lines: where the stages begin.",
          runs.groups.count > mapLimit && twins.count == mapLimit
            ? "The first \(mapLimit) of \(runs.groups.count) networks." : ""),
        alternativeText:
          "\(maps.count == 1 ? "A heat map" : "\(maps.count) heat maps"), layers from first to "
          + "last against the training step on a logarithmic axis; colour is the L2 norm of the "
          + "gradient of the layer’s weights, divided by the median layer’s. "
          + maps.map { "\($0.network.name): \($0.map.words)" }.joined(separator: "; ") + ".",
        panels: maps.enumerated().map { index, entry in
          let isLast = index == maps.count - 1
          return [
            Panel(
              title: "\(entry.network.name)\(entry.map.medianWords)",
              x: Axis(
                "training step", .logarithmicFromZero, domain: first...last, isWhole: true,
                isLabelled: isLast),
              y: Axis(
                "layer", domain: 0.5...Double(entry.map.rows.count) + 0.5, isWhole: true,
                isReversed: true),
              marks: [.heatMap(entry.map.mark)] + stageRules(entry.network))
          ]
        },
        colorBar: ColorBar("gradient ÷ the median layer’s", domain: 1 / reach...reach))
      return .chart(chart, width: 960, height: 140 + 310 * Double(maps.count))
    }
  }
}

/// More maps than these do not fit on a page.
private let mapLimit = 6

/// The norms of a run's weight gradients, each divided by that of the median layer at its step: a row for
/// each layer, a column from each recorded step to the next.
private struct LayerShares {
  let edges: [Double]
  let rows: [[Double]]
  /// The norm of the median layer at each step.
  let medians: [Double]

  init(_ run: RunRecord) {
    let steps = visible(run.gradientSteps)
    var rows: [Int: [Double]] = [:]
    var medians: [Double] = []
    for step in steps {
      let norms = run.gradients(.weight, at: step)
      let median = Self.median(of: norms.map(\.l2))
      medians.append(median)
      // Where nothing is known of any layer, its norms stay what they are: zero, or no number.
      for row in norms {
        rows[row.layer.index, default: []].append(row.l2 / (median > 0 ? median : 1))
      }
    }
    edges = (steps + [(steps.last ?? 0) + 1]).map(Double.init)
    self.rows = rows.sorted { $0.key < $1.key }.map(\.value)
    self.medians = medians
  }

  /// Of those that are positive and finite; of an even number the geometric mean of the middle two; zero
  /// where there are none.
  private static func median(of norms: [Double]) -> Double {
    let known = norms.filter { $0 > 0 && $0.isFinite }.sorted()
    if known.isEmpty { return 0 }
    return Double.sqrt(known[(known.count - 1) / 2]) * Double.sqrt(known[known.count / 2])
  }

  var mark: HeatMapMark { HeatMapMark(edges: edges, rows: rows) }

  private var known: [Double] { rows.joined().filter { $0 > 0 && $0.isFinite } }

  /// How far from one they go, in either direction, as a factor.
  var reach: Double { max(known.map { max($0, 1 / $0) }.max() ?? 10, 2) }

  /// What the median layer gets at the first and at the last step.
  var medianWords: String {
    guard let first = medians.first, let last = medians.last else { return "" }
    return medians.count == 1
      ? ", median layer \(rounded(first))"
      : ", median layer \(rounded(first)) at first, \(rounded(last)) at the end"
  }

  /// From where to where it goes at the first and at the last step.
  var words: String {
    [(0, "at the first step"), (medians.count - 1, "at the last")].map { place, name in
      let shares = rows.compactMap { place >= 0 && place < $0.count ? $0[place] : nil }
        .filter { $0 > 0 && $0.isFinite }
      guard let least = shares.min(), let most = shares.max() else { return "no gradient \(name)" }
      return "from \(rounded(least)) to \(rounded(most)) times \(name)"
    }.joined(separator: ", ")
  }
}

private func stageRules(_ group: RunGroup) -> [Mark] {
  let step = group.first.gradientSteps.first ?? 0
  return LayerProfile(group.records, kind: .weight, at: step).stageBeginnings.thinned().map {
    .rule(RuleMark(.atY, $0.position))
  }
}

/// The steps that have a column: all, or where there are more than a picture can show, the first of each
/// of so many parts of the axis, and the last.
func visible(_ steps: [Int], limit: Int = 500) -> [Int] {
  guard steps.count > limit, let last = steps.last else { return steps }
  func part(_ step: Int) -> Int {
    Int(Double.log10(Double(step + 1)) / Double.log10(Double(last + 1)) * Double(limit - 1))
  }
  var chosen: [Int] = []
  for step in steps where chosen.last.map({ part($0) < part(step) }) ?? true {
    chosen.append(step)
  }
  return chosen.last == last ? chosen : chosen + [last]
}
