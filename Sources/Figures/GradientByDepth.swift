import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The profiles of the weights' gradients in the deepest twins at four moments of a training.
  static let gradientByDepth = gradientByDepth(
    "gradient-by-depth", from: .experiment(.gradientFlow), moments: 4)

  /// The gradient's norm layer by layer, at moments from initialization to the end, of the deepest
  /// networks: of the weights, and at two moments of the outputs, too.
  static func gradientByDepth(
    _ name: String, from source: Source, moments count: Int
  ) -> Figure {
    Figure(
      name,
      summary: "The norm of each layer's gradient, before, during and after training.",
      from: source
    ) { (runs: Comparison) -> Picture in
      let twins = runs.shown(in: source)
      let shown = runs.restricted(to: twins)
      let moments = runs.moments(count)
      let isLabelled = source.isOfExperiment && count <= 2
      let depth = twins.map(\.depth).max() ?? 1
      let x = Axis("layer", domain: 0.5...Double(depth) + 0.5, isWhole: true)
      let kinds = GradientRow.Kind.allCases.filter { kind in
        kind == .weight || count <= 2 && runs.records.contains { $0.records(kind) }
      }
      let panels = kinds.map { kind -> [Panel] in
        let profiles = moments.map { step in
          twins.map { (network: $0, LayerProfile($0.records, kind: kind, at: step)) }
        }
        let norms = profiles.joined().flatMap { $0.1.norms.joined() }
        let domain = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: norms))
        return zip(moments, profiles).enumerated().map { column, moment in
          var horizontal = x
          horizontal.isLabelled = kind == kinds.last
          return Panel(
            title: count > 2
              ? runs.phrase(moment.0) : "\(kind.title), \(runs.phrase(moment.0))",
            x: horizontal,
            y: Axis(
              column == 0 ? "L2 norm" : "", .logarithmic, domain: domain, isLabelled: column == 0),
            marks: marks(moment.1, in: runs, isLabelled: isLabelled)
              + (column == 0 && kind == .weight && source.isOfExperiment ? note(on: moment.1) : []))
        }
      }
      let outcome = ratios(of: twins, at: moments, in: runs)
      let chart = Chart(
        title: count > 2
          ? "Gradient of every layer’s weights in \(twins.title)"
          : "Gradient of every layer of \(twins.title)",
        subtitle: outcome,
        caption: shown.caption("Gradients of one mini-batch.", shown.geometricBandRemark),
        alternativeText:
          "\(counted(kinds.count * moments.count, "panel")): the L2 norm of the gradient "
          + "of each layer's weights\(kinds.count > 1 ? " and of its output" : "") against the "
          + "layer's index, on logarithmic axes, "
          + "\(sentenceList(moments.map(runs.phrase))). \(outcome)",
        panels: panels, legend: isLabelled || twins.count < 2 ? [] : runs.legend(of: twins))
      return .chart(
        chart, width: count > 2 ? 1200 : 960, height: kinds.count > 1 ? 780 : 500)
    }
  }
}

extension RunRecord {
  /// Whether gradients of a kind were recorded.
  fileprivate func records(_ kind: GradientRow.Kind) -> Bool {
    gradientSteps.first.map { !gradients(kind, at: $0).isEmpty } ?? false
  }
}

extension GradientRow.Kind {
  fileprivate var title: String {
    switch self {
    case .weight: "gradient of the weights"
    case .activation: "gradient that reaches the output"
    }
  }
}

private func marks(
  _ profiles: [(network: RunGroup, LayerProfile)], in runs: Comparison, isLabelled: Bool
) -> [Mark] {
  (profiles.first.map { [Mark].stageRules($0.1) } ?? [])
    + profiles.flatMap { network, profile in
      [Mark].curve(
        profile.places.map { Double($0.index) }, profile.spreads, of: network,
        ink: runs.ink(of: network), width: runs.width(of: network),
        dash: isLabelled ? [] : runs.dash(of: network, among: profiles.map(\.network)),
        label: isLabelled ? network.name : nil,
        series: network.name)
    }
}

/// Names the last layer, whose gradient stands out, beside its highest norm.
private func note(on profiles: [(network: RunGroup, LayerProfile)]) -> [Mark] {
  let ends = profiles.compactMap { $0.1.spreads.last?.mean }.filter { $0 > 0 && $0.isFinite }
  guard let highest = ends.max(), let last = profiles.first?.1.places.last else { return [] }
  return [
    .note(NoteMark("classifier", at: Point(Double(last.index) - 1, highest), anchor: .end))
  ]
}

/// How much stronger the first layer's gradient is than that of the last layer before the classifier, in
/// a sentence.
private func ratios(
  of networks: [RunGroup], at steps: [Int], in runs: Comparison
) -> String {
  let parts = networks.map { network -> String in
    let ratios = steps.map { step in
      rounded(GeometricSpread(network.records.compactMap { $0.gradientRatio(at: step) }).mean)
    }
    return "\(ratios.joined(separator: ", then ")) in \(network.name)"
  }
  let whose =
    runs.isConvolutional
    ? "First convolution’s weight gradient ÷ the last one’s"
    : "First layer’s weight gradient ÷ that of the last but one"
  return "\(whose): \(parts.joined(separator: "; "))."
}
