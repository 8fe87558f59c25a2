import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// Degradation and vanishing gradients: what each does to the training error and to the gradients.
  static let twoDefendants = Figure(
    "two-defendants",
    summary:
      "Training errors and gradients of a deep plain network with and without normalization.",
    from: .experiment(.twoDefendants), width: 1200, height: 560
  ) { runs in
    let curves = ErrorCurves(runs)
    let networks = runs.groups
    let last = runs.records.map { $0.gradientSteps.last ?? 0 }.max() ?? 0
    let deep = networks.filter { $0.depth == runs.greatestDepth }
    let profiles = [0, last].map { step in
      deep.map { (network: $0, LayerProfile($0.records, kind: .weight, at: step)) }
    }
    let norms = profiles.joined().flatMap { $0.1.norms.joined() }
    let domain = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: norms))
    let gradientPanels = zip([0, last], profiles).enumerated().map { column, entry in
      Panel(
        title: "gradients \(entry.0 == 0 ? "at initialization" : "after \(grouped(last)) steps")",
        x: Axis(
          "layer", domain: 0.5...Double(runs.greatestDepth) + 0.5, isWhole: true),
        y: Axis(
          column == 0 ? "L2 norm of ∂loss/∂weights" : "", .logarithmic, domain: domain,
          isLabelled: column == 0),
        marks: entry.1.map { network, profile in
          .line(
            LineMark(
              zip(profile.places, profile.spreads).map { Point(Double($0.index), $1.mean) },
              ink: ink(of: network, in: runs), width: 1.8,
              label: column == 1 ? network.name : nil, series: network.name))
        })
    }
    return Chart(
      title: "Two defendants: what becomes of the error, and what of the gradient",
      subtitle: verdicts(runs, networks, last: last),
      caption: runs.caption(
        curves.meanRemark,
        "Weights without batch normalization are drawn after Glorot and Bengio 2010, the others "
          + "after He et al. 2015. Triangles at the edge: exact zeros."),
      alternativeText: "Three panels: the training error of "
        + "\(sentenceList(networks.map(\.name))) over time; the norm of each layer’s weight gradient "
        + "at initialization; the same at the end. \(verdicts(runs, networks, last: last))",
      panels: [
        [
          Panel(
            title: "training error", x: curves.timeAxis,
            y: Axis("error (%)", domain: 0...100),
            marks: [.rule(RuleMark(.atY, 90, label: "chance"))]
              + networks.flatMap { network in
                curves.training(network, label: network.name, ink: ink(of: network, in: runs))
              })
        ] + gradientPanels
      ])
  }
}

/// Orange is the plain network without normalization.
private func ink(of network: RunGroup, in runs: Comparison) -> Ink {
  network.first.run.configuration?.network.normalization == Normalization.none
    ? .orange : runs.ink(of: network)
}

private func verdicts(
  _ runs: Comparison, _ networks: [RunGroup], last: Int
) -> String {
  "Training error and gradients at the end: "
    + networks.map { network in
      "\(network.name) \(network.trainingError), \(network.verdicts(at: last))"
    }.joined(separator: "; ") + "."
}
