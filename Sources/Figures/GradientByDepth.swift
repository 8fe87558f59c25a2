import Charts
import Experiments
import Records

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
          twins.map { (network: $0, LayerProfile(runs.runs(of: $0), kind: kind, at: step)) }
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
        title: "Gradient of every layer of \(titleList(twins))",
        subtitle: ratios(of: twins, in: runs, at: moments),
        caption: runs.caption(
          "Gradients of one mini-batch"
            + (count > 2 ? "; weights: ∂loss/∂weights, output: ∂loss/∂output of each layer." : "."),
          runs.seedCount > 1
            ? "Lines and bands: geometric mean and standard deviation, n = \(runs.seedCount)." : ""
        ),
        alternativeText: "\(2 * moments.count) panels: the L2 norm of the gradient of each layer's "
          + "weights and of its output against the layer's index, on logarithmic axes, "
          + "\(sentenceList(moments.map(phrase))). " + ratios(of: twins, in: runs, at: moments),
        panels: panels)
    }
  }
}

extension RunsOfExperiment {
  /// So many recorded steps from the first to the last, evenly spread in their order of magnitude.
  func moments(_ count: Int) -> [Int] {
    let steps = records.first?.gradientSteps ?? []
    guard let last = steps.last, last > 0 else { return steps }
    let wanted = (0..<count).map { index in
      index == 0 ? 0 : exponential(logarithm(Double(last)) * Double(index) / Double(count - 1))
    }
    var moments: [Int] = []
    for value in wanted {
      let nearest = steps.min { abs(Double($0) - value) < abs(Double($1) - value) }
      if let nearest, !moments.contains(nearest) { moments.append(nearest) }
    }
    return moments
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
  _ profiles: [(network: Arm, LayerProfile)], in runs: RunsOfExperiment, isLabelled: Bool
) -> [Mark] {
  let rules = profiles.first.map { $0.1.stageRules(width: $0.network.width) } ?? []
  return rules
    + profiles.flatMap { network, profile -> [Mark] in
      let ink = runs.ink(of: network)
      let x = profile.places.map { Double($0.index) }
      let line = Mark.line(
        LineMark(
          zip(x, profile.means).map { Point($0, $1) }, ink: ink, width: 1.8,
          label: isLabelled ? network.name : nil, series: network.name))
      if profile.norms.count < 2 { return [line] }
      let band = profile.band
      return [
        .band(
          BandMark(x: x, lower: band.lower, upper: band.upper, ink: ink, series: network.name)),
        line,
      ]
    }
}

/// Names the last layer, whose gradient stands out, beside its highest norm.
private func note(on profiles: [(network: Arm, LayerProfile)]) -> [Mark] {
  let ends = profiles.compactMap { $0.1.means.last }.filter { $0 > 0 && $0.isFinite }
  guard let highest = ends.max(), let last = profiles.first?.1.places.last else { return [] }
  return [
    .note(NoteMark("classifier", at: Point(Double(last.index) - 1, highest), anchor: .end))
  ]
}

/// How much stronger the first convolution's gradient is than the last one's, in a sentence.
private func ratios(
  of networks: [Arm], in runs: RunsOfExperiment, at steps: [Int]
) -> String {
  let parts = networks.map { network -> String in
    let ratios = steps.map { step in
      let ofSeeds = runs.runs(of: network).compactMap { $0.gradientRatio(at: step) }
      return rounded(exponential(Spread(ofSeeds.map(logarithm)).mean))
    }
    return "\(ratios.joined(separator: ", then ")) in \(network.name)"
  }
  return "First convolution’s weight gradient ÷ the last one’s: "
    + parts.joined(separator: "; ") + "."
}
