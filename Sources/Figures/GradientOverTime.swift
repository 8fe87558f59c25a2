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
  static func gradientOverTime(_ name: String, from source: Source) -> Figure {
    Figure(
      name,
      summary: "The norm of every layer's gradient at every recorded step, plain above residual.",
      from: source
    ) { (runs: Comparison) -> Picture in
      let twins = Array(runs.shown(in: source).prefix(mapLimit))
      let maps = twins.map { (network: $0, map: heatMap($0.first)) }
      let values = maps.flatMap { $0.map.rows.joined() }
      let domain = Scale.Kind.logarithmic.domain(covering: values)
      let first = maps.compactMap { $0.map.edges.first }.min() ?? 1
      let last = maps.compactMap { $0.map.edges.last }.max() ?? 2
      let seed = runs.groups.first?.first.seed ?? 0
      let columns = maps.map { $0.map.edges.count - 1 }.max() ?? 0
      let chart = Chart(
        title: "Gradient of every layer’s weights while "
          + "\(twins.title) learn\(twins.count == 1 ? "s" : "")",
        subtitle: "Dark is weak and bright is strong. "
          + (runs.isOurs
            ? "Step 1 is the network at initialization; the first layer is at the top."
            : "The first layer is at the top."),
        caption: runs.caption(
          "Gradients of single mini-batches at \(columns) of the steps"
            + "\(runs.seedCount > 1 ? ", of seed \(seed)" : "").",
          "Lines: where the stages begin.",
          runs.groups.count > mapLimit && twins.count == mapLimit
            ? "The first \(mapLimit) of \(runs.groups.count) networks." : ""),
        alternativeText:
          "\(maps.count == 1 ? "A heat map" : "\(maps.count) heat maps"), layers from first to "
          + "last against the training step on a logarithmic axis; colour is the L2 norm of the "
          + "gradient of the layer’s weights, on one scale. "
          + maps.map { "\($0.network.name): \(span($0.map))" }.joined(separator: "; ") + ".",
        panels: maps.enumerated().map { index, entry in
          let isLast = index == maps.count - 1
          return [
            Panel(
              title: entry.network.name,
              x: Axis(
                "training step", .logarithmic, domain: first...last, isWhole: true,
                isLabelled: isLast),
              y: Axis(
                "layer", domain: 0.5...Double(entry.map.rows.count) + 0.5, isWhole: true,
                isReversed: true),
              marks: [.heatMap(entry.map)] + stageRules(entry.network))
          ]
        },
        colorBar: ColorBar("L2 norm of ∂loss/∂weights", domain: domain))
      return .chart(chart, width: 960, height: 140 + 310 * Double(maps.count))
    }
  }
}

/// More maps than these do not fit on a page.
private let mapLimit = 6

/// The norms of a run's weight gradients: a row for each layer, a column from each recorded step to
/// the next. Steps are counted from 1 here, for the logarithmic axis.
private func heatMap(_ run: RunRecord) -> HeatMapMark {
  let steps = visible(run.gradientSteps)
  var rows: [Int: [Double]] = [:]
  for row in steps.flatMap({ run.gradients(.weight, at: $0) }) {
    rows[row.layer.index, default: []].append(row.l2)
  }
  let edges = steps.map { Double($0 + 1) } + [Double((steps.last ?? 0) + 2)]
  return HeatMapMark(edges: edges, rows: rows.sorted { $0.key < $1.key }.map(\.value))
}

private func stageRules(_ group: RunGroup) -> [Mark] {
  let step = group.first.gradientSteps.first ?? 0
  return LayerProfile(group.records, kind: .weight, at: step).stageBeginnings.map {
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

/// From where to where the norms go, in words.
private func span(_ map: HeatMapMark) -> String {
  let values = map.rows.joined().filter { $0.isFinite }
  return "norms from \(rounded(values.min() ?? 0)) to \(rounded(values.max() ?? 0))"
}
