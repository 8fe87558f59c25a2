import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The profiles of the deepest twins at four moments of a training.
  static let gradientByDepth = gradientByDepth("gradient-by-depth", of: .gradientFlow, moments: 4)

  /// The gradient's norm layer by layer, at moments from initialization to the end, of the deepest
  /// networks.
  static func gradientByDepth(
    _ name: String, of experiment: Experiment, moments count: Int
  ) -> Figure {
    Figure(
      name,
      summary: "The norm of each layer's gradient, plain beside residual, before, during and after "
        + "training.",
      experiment: experiment, width: count > 2 ? 1200 : 960, height: 780
    ) { runs in
      let twins = runs.deepest
      let moments = runs.moments(count)
      let depth = twins.map(\.depth).max() ?? 1
      let x = Axis("layer", domain: 0.5...Double(depth) + 0.5, isWhole: true)
      let panels = GradientRow.Kind.allCases.map { kind -> [Panel] in
        let profiles = moments.map { step in
          twins.map { (network: $0, LayerProfile($0.records, kind: kind, at: step)) }
        }
        let norms = profiles.joined().flatMap { $0.1.norms.joined() }
        let domain = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: norms))
        return zip(moments, profiles).enumerated().map { column, moment in
          var horizontal = x
          horizontal.isLabelled = kind == .activation
          let isLast = column == moments.count - 1
          return Panel(
            title: "\(count > 2 ? kind.shortTitle : kind.title), \(phrase(moment.0))",
            x: horizontal,
            y: Axis(
              column == 0 ? "L2 norm" : "", .logarithmic, domain: domain, isLabelled: column == 0),
            marks: marks(moment.1, in: runs, isLabelled: count <= 2 || isLast)
              + (column == 0 && kind == .weight ? note(on: moment.1) : []))
        }
      }
      return Chart(
        title: "Gradient of every layer of \(twins.title)",
        subtitle: ratios(of: twins, at: moments),
        caption: runs.caption(
          "Gradients of one mini-batch"
            + (count > 2 ? "; weights: ∂loss/∂weights, output: ∂loss/∂output of each layer." : "."),
          runs.geometricBandRemark),
        alternativeText: "\(2 * moments.count) panels: the L2 norm of the gradient of each layer's "
          + "weights and of its output against the layer's index, on logarithmic axes, "
          + "\(sentenceList(moments.map(phrase))). " + ratios(of: twins, at: moments),
        panels: panels)
    }
  }
}

private func phrase(_ step: Int) -> String {
  step == 0
    ? "at initialization" : "after \(grouped(step)) step\(step == 1 ? "" : "s")"
}

extension GradientRow.Kind {
  fileprivate var title: String {
    switch self {
    case .weight: "gradient of the weights"
    case .activation: "gradient that reaches the output"
    }
  }

  /// For narrow panels.
  fileprivate var shortTitle: String {
    switch self {
    case .weight: "weights"
    case .activation: "output"
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
        ink: runs.ink(of: network), width: 1.8, label: isLabelled ? network.name : nil,
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

/// How much stronger the first convolution's gradient is than the last one's, in a sentence.
private func ratios(
  of networks: [RunGroup], at steps: [Int]
) -> String {
  let parts = networks.map { network -> String in
    let ratios = steps.map { step in
      rounded(GeometricSpread(network.records.compactMap { $0.gradientRatio(at: step) }).mean)
    }
    return "\(ratios.joined(separator: ", then ")) in \(network.name)"
  }
  return "First convolution’s weight gradient ÷ the last one’s: "
    + parts.joined(separator: "; ") + "."
}
