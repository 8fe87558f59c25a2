import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// Degradation and vanishing gradients: what each does to the training error, and to both sides of the
  /// gradient of every layer.
  static let twoDefendants = Figure(
    "two-defendants",
    summary:
      "Training errors and gradients of deep plain and residual networks with and without "
      + "normalization.",
    from: .experiment(.twoDefendants), width: 1200, height: 1240
  ) { runs in
    let curves = ErrorCurves(runs)
    let networks = runs.groups
    let last = runs.records.map { $0.gradientSteps.last ?? 0 }.max() ?? 0
    let deep = networks.filter { $0.depth == runs.greatestDepth }
    return Chart(
      title: "Two defendants: what becomes of the error, and what of the gradient",
      subtitle: verdicts(runs, networks, last: last),
      caption: runs.caption(
        curves.meanRemark,
        "A layer’s weight gradient is made of the gradient that comes back to its output and of what went "
          + "into it: the response of the layer before (standard deviation after normalization, if there is "
          + "any), but for the nonlinearity and, in residual networks, the sum. Below the errors, dashed: no "
          + "normalization.",
        "Weights without batch normalization are drawn after Glorot and Bengio 2010, the others "
          + "after He et al. 2015. Triangles at the edge: exact zeros."),
      alternativeText: "Above: the training error of "
        + "\(sentenceList(networks.map(\.name))) over time. Below in three rows, at initialization and at "
        + "the end, by layer: the gradient at the outputs, the responses, and the gradient of the weights. "
        + "Without normalization and shortcuts both sides of the product vanish, each in one direction. "
        + verdicts(runs, networks, last: last),
      panels: [
        [
          Panel(
            title: "training error", x: curves.timeAxis, y: Axis("error (%)", domain: 0...100),
            marks: [.rule(RuleMark(.atY, 90, label: "chance"))]
              + networks.flatMap { curves.training($0, ink: ink(of: $0, in: runs)) }),
          Panel(
            title: "error on images that are not learned from", x: curves.timeAxis,
            y: Axis("", domain: 0...100, isLabelled: false),
            marks: [.rule(RuleMark(.atY, 90, label: "chance"))]
              + networks.flatMap {
                curves.evaluation($0, label: $0.name, ink: ink(of: $0, in: runs))
              }),
        ]
      ] + Side.allCases.map { side in panels(of: side, deep, in: runs, last: last) })
  }
}

/// What is drawn of every layer.
private enum Side: CaseIterable {
  case backward, forward, product

  var title: String {
    switch self {
    case .backward: "what comes back"
    case .forward: "what goes on"
    case .product: "gradient of the weights"
    }
  }

  var axis: String {
    switch self {
    case .backward: "‖∂loss/∂output‖"
    case .forward: "response"
    case .product: "‖∂loss/∂weights‖"
    }
  }

  /// By layer, the mean over seeds.
  func points(_ network: RunGroup, at step: Int) -> [Point] {
    switch self {
    case .backward: profile(network, .activation, at: step)
    case .product: profile(network, .weight, at: step)
    case .forward:
      network.first.responses.rows(at: step).filter { $0.layer.path == .main }.map {
        Point(Double($0.layer.index), $0.deviation)
      }
    }
  }

  private func profile(_ network: RunGroup, _ kind: GradientRow.Kind, at step: Int) -> [Point] {
    let profile = LayerProfile(network.records, kind: kind, at: step)
    return zip(profile.places, profile.spreads).map { Point(Double($0.index), $1.mean) }
  }
}

private func panels(of side: Side, _ networks: [RunGroup], in runs: Comparison, last: Int)
  -> [Panel]
{
  let points = [0, last].map { step in networks.map { side.points($0, at: step) } }
  let domain = Scale.Kind.logarithmic.nice(
    Scale.Kind.logarithmic.domain(covering: points.joined().joined().map(\.y)))
  return zip([0, last], points).map { step, curves in
    Panel(
      title: "\(side.title), \(step == 0 ? "at initialization" : "after \(grouped(last)) steps")",
      x: Axis(
        side == .product ? "layer" : "", domain: 0.5...Double(runs.greatestDepth) + 0.5,
        isWhole: true),
      y: Axis(step == 0 ? side.axis : "", .logarithmic, domain: domain, isLabelled: step == 0),
      marks: zip(networks, curves).map { network, curve in
        .line(
          LineMark(
            curve, ink: ink(of: network, in: runs), width: 1.9, dash: dash(of: network),
            label: step == 0 ? nil : network.name, series: network.name))
      })
  }
}

private func isNormalized(_ network: RunGroup) -> Bool {
  network.first.run.configuration?.network.normalization != Normalization.none
}

/// Networks without normalization have colours of their own, and are dashed.
private func ink(of network: RunGroup, in runs: Comparison) -> Ink {
  isNormalized(network) ? runs.ink(of: network) : network.role == .residual ? .green : .purple
}

private func dash(of network: RunGroup) -> [Double] { isNormalized(network) ? [] : [7, 3] }

private func verdicts(
  _ runs: Comparison, _ networks: [RunGroup], last: Int
) -> String {
  "Training error and gradients at the end: "
    + networks.map { network in
      "\(network.name) \(network.trainingError), \(network.verdicts(at: last))"
    }.joined(separator: "; ") + "."
}
