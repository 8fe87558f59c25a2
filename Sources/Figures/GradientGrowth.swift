import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The gradient on its way back through networks of every depth, before training and after one step
  /// of it, and the factor by which it grows at each layer.
  static let gradientGrowth = Figure(
    "gradient-growth",
    summary:
      "The gradient's growth per layer from 20 to 1202 layers, at initialization and after one "
      + "step.",
    from: .experiment(.gradientAtInit), width: 1100, height: 860
  ) { runs in
    let steps = [0, 1]
    let fits = steps.map { step in
      runs.groups.compactMap { network -> NetworkGrowth? in
        GrowthFit(network.records, at: step).map { (network, $0) }
      }
    }
    let ends = fits.joined().flatMap { [$0.fit.interval.lowerBound, $0.fit.interval.upperBound] }
    let domain = Scale.Kind.linear.nice(min(0.95, ends.min() ?? 1)...max(1.25, ends.max() ?? 1))
    let initial = fits[0].filter { $0.network.depth == farthestDrawn }
    let outcome =
      initial.isEmpty
      ? ""
      : "At initialization each layer multiplies the gradient by "
        + sentenceList(
          initial.map { "\(fixed($0.fit.factor, places: 3)) in \($0.network.name)" }) + "."
    return Chart(
      title: "Growth of the gradient from the last layer to the first",
      subtitle: outcome,
      caption: runs.caption(
        "Norm of ∂loss/∂output of each convolution, divided by the last one’s"
          + "\(runs.seedCount > 1 ? ", geometric mean over seeds" : ""); lighter: fewer layers; 1202 layers below only.",
        "Growth: line fitted to the logarithm of the norms of all finite layers; bars: 95 % interval "
          + "of the fit, as if layers were independent; a point is missing where fewer than three "
          + "norms are finite and not zero.",
        "√(π/(π−1)) = 1.2112: wide plain networks with batch normalization and ReLU (Yang et al. "
          + "2019)."),
      alternativeText:
        "Four panels, at initialization at the left and after one step at the right. "
        + "Above: the norm of the gradient relative to the last convolution’s against the number of "
        + "layers in between, on a logarithmic axis, for plain and residual networks up to 110 "
        + "layers. Below: the growth factor per layer against depth up to 1202. \(outcome)",
      panels: [
        steps.enumerated().map { column, step in profilePanel(runs, step, column: column) },
        fits.enumerated().map { column, fits in
          growthPanel(fits, runs, domain: domain, column: column)
        },
      ])
  }
}

/// The deepest networks whose profile is drawn: beside 1202 layers the others would be too narrow to
/// see.
private let farthestDrawn = 110

private func profilePanel(_ runs: Comparison, _ step: Int, column: Int) -> Panel {
  let drawn = runs.groups.filter { $0.depth <= farthestDrawn }
  func profile(_ network: RunGroup, _ step: Int) -> [Point] {
    let norms = LayerProfile(network.records, kind: .activation, at: step).spreads.dropLast()
      .map(\.mean)
    guard let last = norms.last else { return [] }
    return norms.enumerated().map { Point(Double(norms.count - 1 - $0), $1 / last) }
  }
  let all = drawn.flatMap { network in [0, 1].flatMap { profile(network, $0) } }
  let domain = Scale.Kind.logarithmic.nice(
    Scale.Kind.logarithmic.domain(covering: all.map(\.y)))
  let greatest = Double(drawn.map(\.depth).max() ?? 2)
  return Panel(
    title: step == 0 ? "at initialization" : "after one step",
    x: Axis("layers to the last convolution", domain: 0...greatest, isWhole: true),
    y: Axis(
      column == 0 ? "gradient ÷ the last convolution’s" : "", .logarithmic, domain: domain,
      isLabelled: column == 0),
    marks: [.rule(RuleMark(.atY, 1))]
      + drawn.map { network in
        .line(
          LineMark(
            profile(network, step).reversed(), ink: ink(network, among: drawn), width: 1.6,
            label: network.depth == Int(greatest) ? network.name : nil,
            series: network.name))
      })
}

/// The deepest of the networks in full colour, the others lighter.
private func ink(_ network: RunGroup, among drawn: [RunGroup]) -> Ink {
  let greatest = Double(drawn.map(\.depth).max() ?? 1)
  return Ink(network.role).faded(0.5 * (1 - Double(network.depth) / greatest))
}

/// A network and how its gradient grows.
private typealias NetworkGrowth = (network: RunGroup, fit: GrowthFit)

private func growthPanel(
  _ fits: [NetworkGrowth], _ runs: Comparison, domain: ClosedRange<Double>, column: Int
) -> Panel {
  let depths = runs.groups.map { Double($0.depth) }
  let least = (depths.min() ?? 20) / 1.3
  let greatest = (depths.max() ?? 1202) * 1.3
  let yang = (Double.pi / (Double.pi - 1)).squareRoot()
  let marks = runs.roles.flatMap { role -> [Mark] in
    let ofRole = fits.filter { $0.network.role == role }.sorted {
      $0.network.depth < $1.network.depth
    }
    let ink = Ink(role)
    return [
      Mark.line(
        LineMark(
          ofRole.map { Point(Double($0.network.depth), $0.fit.factor) }, ink: ink, width: 1.4,
          label: role.rawValue))
    ]
      + ofRole.flatMap { network, fit -> [Mark] in
        let depth = Double(network.depth)
        return [
          .line(
            LineMark(
              [Point(depth, fit.interval.lowerBound), Point(depth, fit.interval.upperBound)],
              ink: ink, width: 3.5, series: "\(network.name), 95 % interval", isTabulated: false)),
          .point(
            PointMark(Point(depth, fit.factor), ink: ink, radius: 3.2, series: network.name)),
        ]
      }
  }
  return Panel(
    title: column == 0 ? "growth per layer, at initialization" : "growth per layer, after one step",
    x: Axis("layers", .logarithmic, domain: least...greatest, isWhole: true),
    y: Axis(column == 0 ? "factor" : "", domain: domain, isLabelled: column == 0),
    marks: [
      .rule(RuleMark(.atY, yang, label: "√(π/(π−1)) = 1.2112")),
      .rule(RuleMark(.atY, 1)),
    ] + marks)
}
