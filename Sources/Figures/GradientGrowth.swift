import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// The gradient on its way back through plain and residual networks, before training and after one step
  /// of it: a factor a layer, and a power law.
  static let gradientGrowth = Figure(
    "gradient-growth",
    summary:
      "The gradient's growth per layer from 20 to 1202 layers, at initialization and after one "
      + "step.",
    from: .experiment(.gradientAtInit), width: 1100, height: 900
  ) { runs in
    let drawn = runs.roles.compactMap { role in
      runs.groups.filter { $0.role == role && $0.depth <= farthestDrawn }.max {
        $0.depth < $1.depth
      }
    }
    let fits = [0, 1].map { step in
      runs.groups.compactMap { network -> NetworkGrowth? in
        GrowthFit(network.records, at: step).map { (network, $0) }
      }
    }
    let factors = fits[0].filter { $0.network.role == .plain && $0.network.depth == farthestDrawn }
      .map {
        "\($0.network.name)’s gradient grows by a factor of \(fixed($0.fit.factor, places: 3)) a layer"
      }
    let powers = residualFits(runs).filter { $0.network.depth == farthestDrawn }
      .map {
        "that of \($0.network.name) falls with the block b as b^−\(fixed($0.fit.exponent, places: 2)), a power law"
      }
    let outcome =
      (factors + powers).isEmpty
      ? "" : "At initialization \(sentenceList(factors + powers))."
    return Chart(
      title: "Growth of the gradient from the last layer to the first",
      subtitle: outcome,
      caption: runs.caption(
        "Norm of ∂loss/∂output of each block’s last convolution, above divided by the last one’s"
          + "\(runs.seedCount > 1 ? ", geometric mean over seeds" : "").",
        "Growth per layer: line fitted to the logarithm of the norms of all finite layers; bars: 95 % "
          + "interval of the fit, as if layers were independent, which they are not; a point is missing "
          + "where fewer than three norms are finite and not zero.",
        "√(π/(π−1)) = 1.2112 a layer: wide plain networks with batch normalization and ReLU (Yang et al. "
          + "2019)."),
      alternativeText:
        "Four panels. Above: the gradient at the outputs of the blocks of \(sentenceList(drawn.map(\.name))), "
        + "at initialization and after one step; the plain network’s is a straight line on the "
        + "logarithmic axis at initialization, the residual one’s is nearly level. Below at the left: the "
        + "residual networks on two logarithmic axes, where their gradients are straight lines. At the "
        + "right: the growth per layer against depth. \(outcome)",
      panels: [
        [0, 1].map { profilePanel(drawn, $0) },
        [powerPanel(runs), growthPanel(fits, runs)],
      ])
  }
}

/// The deepest networks whose profile is drawn layer by layer: beside 1202 layers it would be too narrow.
private let farthestDrawn = 110
/// √(π/(π−1)), of a wide plain network with batch normalization and ReLU (Yang et al. 2019).
private let factorInTheory = (Double.pi / (Double.pi - 1)).squareRoot()

private func profile(_ network: RunGroup, _ step: Int) -> [Point] {
  let blocks = BlockProfile(network.records, at: step)
  guard let last = blocks.spreads.last?.mean else { return [] }
  return zip(blocks.layers, blocks.spreads).map { Point(Double($0), $1.mean / last) }
}

private func profilePanel(_ networks: [RunGroup], _ step: Int) -> Panel {
  let theory = networks.filter { $0.role == .plain }.compactMap { network -> [Point]? in
    let layers = BlockProfile(network.records, at: 0).layers.map(Double.init)
    guard let last = layers.last else { return nil }
    return layers.map { Point($0, .pow(factorInTheory, last - $0)) }
  }.first
  let all =
    networks.flatMap { network in [0, 1].flatMap { profile(network, $0) } } + (theory ?? [])
  return Panel(
    title: step == 0 ? "at initialization" : "after one step",
    x: Axis(
      "layer", domain: 0.5...Double(networks.map(\.depth).max() ?? 2) + 0.5, isWhole: true),
    y: Axis(
      step == 0 ? "gradient ÷ the last block’s" : "", .logarithmic,
      domain: Scale.Kind.logarithmic.nice(
        Scale.Kind.logarithmic.domain(covering: all.map(\.y))), isLabelled: step == 0),
    marks: [.rule(RuleMark(.atY, 1))]
      + (step == 0 && theory != nil
        ? [
          .line(
            LineMark(
              theory ?? [], ink: .reference, width: 1.4, dash: [5, 4], label: "1.2112 a layer",
              series: "1.2112 a layer"))
        ] : [])
      + networks.map { network in
        .line(
          LineMark(
            profile(network, step), ink: Ink(network.role), width: 2,
            label: step == 1 ? network.name : nil, series: network.name))
      })
}

private func residualFits(_ runs: Comparison) -> [(network: RunGroup, fit: PowerFit)] {
  runs.groups.filter { $0.role == .residual }.compactMap { network in
    PowerFit(network.records, at: 0).map { (network, $0) }
  }
}

/// The deepest residual network, and the one beside it that is drawn layer by layer, by their blocks.
private func powerPanel(_ runs: Comparison) -> Panel {
  let fits = residualFits(runs)
  let greatest = fits.map(\.network.depth).max() ?? 0
  let drawn = fits.filter { [greatest, farthestDrawn].contains($0.network.depth) }
  let profiles = drawn.map { network, _ in
    BlockProfile(network.records, at: 0).spreads.map(\.mean)
  }
  let laws = zip(drawn, profiles).map { drawn, profile in
    [1, Double(max(profile.count, 2))].map { Point($0, drawn.fit.norm(ofBlock: $0)) }
  }
  let values = profiles.joined() + laws.joined().map(\.y)
  return Panel(
    title: "residual, block by block, at initialization",
    x: Axis(
      "block", .logarithmic, domain: 1...Double(profiles.map(\.count).max() ?? 2) * 1.1,
      isWhole: true),
    y: Axis(
      "gradient at its output", .logarithmic,
      domain: Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: Array(values)))),
    marks: zip(zip(drawn, profiles), laws).flatMap { drawn, law -> [Mark] in
      let ((network, fit), profile) = drawn
      let ink = Ink.residual.faded(network.depth == greatest ? 0 : 0.25)
      return [
        .line(
          LineMark(
            law, ink: .reference, width: 1.4, dash: [5, 4],
            series: "\(network.name), power law, exponent −\(fixed(fit.exponent, places: 2))")),
        .line(
          LineMark(
            profile.enumerated().map { Point(Double($0 + 1), $1) }, ink: ink, width: 2,
            dash: network.depth == greatest ? [] : [7, 3],
            label: network.name, series: network.name)),
      ]
    })
}

/// A network and how its gradient grows.
private typealias NetworkGrowth = (network: RunGroup, fit: GrowthFit)

/// The factor of each network, at initialization and, dashed, after one step.
private func growthPanel(_ fits: [[NetworkGrowth]], _ runs: Comparison) -> Panel {
  let depths = runs.groups.map { Double($0.depth) }
  let ends = fits.joined().flatMap { [$0.fit.interval.lowerBound, $0.fit.interval.upperBound] }
  let marks = zip(fits, ["at initialization", "after one step"]).enumerated().flatMap {
    step, entry in
    runs.roles.flatMap { role in
      growthMarks(entry.0.filter { $0.network.role == role }, role, entry.1, isDashed: step == 1)
    }
  }
  return Panel(
    title: "growth per layer, by depth",
    x: Axis(
      "layers", .logarithmic, domain: (depths.min() ?? 20) / 1.3...(depths.max() ?? 1202) * 1.3,
      isWhole: true),
    y: Axis(
      "factor",
      domain: Scale.Kind.linear.nice(min(0.95, ends.min() ?? 1)...max(1.25, ends.max() ?? 1))),
    marks: [
      .rule(RuleMark(.atY, factorInTheory, label: "√(π/(π−1)) = 1.2112")),
      .rule(RuleMark(.atY, 1)),
    ] + marks)
}

private func growthMarks(
  _ fits: [NetworkGrowth], _ role: RunGroup.Role, _ moment: String, isDashed: Bool
) -> [Mark] {
  let fits = fits.sorted { $0.network.depth < $1.network.depth }
  let ink = Ink(role)
  return [
    Mark.line(
      LineMark(
        fits.map { Point(Double($0.network.depth), $0.fit.factor) }, ink: ink, width: 1.4,
        dash: isDashed ? [5, 4] : [], label: "\(role.rawValue), \(moment)",
        series: "\(role.rawValue), \(moment)", isTabulated: false))
  ]
    + fits.flatMap { network, fit -> [Mark] in
      let depth = Double(network.depth)
      return [
        .line(
          LineMark(
            [Point(depth, fit.interval.lowerBound), Point(depth, fit.interval.upperBound)],
            ink: ink, width: 3.5, series: "\(network.name), 95 % interval", isTabulated: false)),
        .point(
          PointMark(
            Point(depth, fit.factor), ink: ink, radius: 3.2, series: "\(network.name), \(moment)")),
      ]
    }
}
