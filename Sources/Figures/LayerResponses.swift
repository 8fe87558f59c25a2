import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

/// Where the scale γ of a batch normalization ends that nothing but weight decay moves: of its 1 at first
/// exp(−λ Σ η / (1 − μ)) is left. A line over all layers, whose name is beside the panel.
private func decayed(_ runs: Comparison, layers: Double) -> [Mark] {
  guard let run = runs.groups.first?.first.run.configuration else { return [] }
  let rates = (0..<run.schedule.iterations).map { run.schedule.rate(at: $0) }
  let left = Double.exp(
    -run.optimizer.weightDecay * rates.reduce(0, +) / (1 - run.optimizer.momentum))
  return [
    .line(
      LineMark(
        [Point(0, left), Point(layers, left)], ink: .reference, width: 1.2, dash: [2, 3],
        label: "γ by decay alone"))
  ]
}

extension Figure {
  /// The paper's figure 7: the standard deviation of every layer's response, in layer order and
  /// sorted.
  static let layerResponses = Figure(
    "layer-responses",
    summary: "How strongly each layer responds after training, in layer order and sorted (paper, "
      + "figure 7).",
    from: .experiment(.layerResponses), height: 820
  ) { runs in
    let profiles = runs.groups.map { (network: $0, profile: ResponseProfile($0.records)) }
    let values = profiles.flatMap { $0.profile.deviations.joined() }.filter(\.isFinite)
    // The first layers of deep plain networks respond many times as strongly as most.
    let logarithmic = Scale.Kind.logarithmic
    let y = Axis(
      "standard deviation", .logarithmic,
      domain: logarithmic.nice(logarithmic.domain(covering: values)))
    let greatest = Double(profiles.map(\.profile.layers.count).max() ?? 1)
    let means = profiles.map { network, profile in
      "\(network.name) \(rounded(profile.overallMean))"
    }
    let outcome = "Mean over the layers: \(means.joined(separator: ", "))."
    func panel(
      _ title: String, _ x: String, _ values: (ResponseProfile) -> [Spread]
    ) -> Panel {
      Panel(
        title: title, x: Axis(x, domain: 0...greatest + 1, isWhole: true), y: y,
        marks: decayed(runs, layers: greatest + 1)
          + profiles.flatMap { network, profile -> [Mark] in
            let spread = values(profile)
            return [Mark].curve(
              spread.indices.map { Double($0 + 1) }, spread, of: network,
              ink: runs.ink(of: network),
              width: runs.width(of: network), series: network.name)
          })
    }
    return Chart(
      title: "Responses of the layers of plain and residual networks after training",
      subtitle: outcome,
      caption: runs.caption(
        "Standard deviation over images, channels and pixels of one mini-batch at the last step, of "
          + "every 3×3 convolution’s output after batch normalization, before nonlinearity and "
          + "addition.",
        "Dotted: what is left of a scale γ = 1 that only weight decay moves.", runs.bandRemark,
        "After He et al. 2015, figure 7."),
      alternativeText: "Two panels with one scale: the standard deviation of the responses of the "
        + "layers of \(runs.groups.map(\.name).joined(separator: ", ")), above in the order of the "
        + "layers, below sorted from the largest to the smallest. \(outcome)",
      panels: [
        [panel("in the order of the layers", "layer", \.inOrder)],
        [panel("sorted by size", "rank", \.sorted)],
      ],
      legend: runs.groups.map {
        LegendEntry(.line(runs.ink(of: $0), width: runs.width(of: $0), dash: []), $0.name)
      })
  }
}
