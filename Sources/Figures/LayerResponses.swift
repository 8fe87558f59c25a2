import Charts
import Experiments
import Records

extension Figure {
  /// The paper's figure 7: the standard deviation of every layer's response, in layer order and
  /// sorted.
  static let layerResponses = Figure(
    "layer-responses",
    summary: "How strongly each layer responds after training, in layer order and sorted (paper, "
      + "figure 7).",
    experiment: .layerResponses, height: 820
  ) { runs in
    let profiles = runs.networks.map { (network: $0, profile: ResponseProfile(runs.runs(of: $0))) }
    let values = profiles.flatMap { $0.profile.deviations.joined() }.filter(\.isFinite)
    let y = Axis(
      "standard deviation", domain: Scale.Kind.linear.nice(0...max(values.max() ?? 1, 0.1)))
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
        marks: profiles.flatMap { network, profile -> [Mark] in
          let spread = values(profile)
          let x = spread.indices.map { Double($0 + 1) }
          let ink = runs.ink(of: network)
          let line = Mark.line(
            LineMark(
              zip(x, spread).map { Point($0, $1.mean) }, ink: ink, width: 1.7,
              series: network.name))
          if profile.deviations.count < 2 { return [line] }
          return [
            .band(
              BandMark(
                x: x, lower: spread.map { $0.mean - $0.deviation },
                upper: spread.map { $0.mean + $0.deviation }, ink: ink, series: network.name)),
            line,
          ]
        })
    }
    return Chart(
      title: "Responses of the layers of plain and residual networks after training",
      subtitle: outcome,
      caption: runs.caption(
        "Standard deviation over images, channels and pixels of one mini-batch at the last step, of "
          + "every 3×3 convolution’s output after batch normalization, before nonlinearity and "
          + "addition.", runs.bandRemark, "After He et al. 2015, figure 7."),
      alternativeText: "Two panels with one scale: the standard deviation of the responses of the "
        + "layers of \(runs.networks.map(\.name).joined(separator: ", ")), above in the order of the "
        + "layers, below sorted from the largest to the smallest. \(outcome)",
      panels: [
        [panel("in the order of the layers", "layer", \.inOrder)],
        [panel("sorted by size", "rank", \.sorted)],
      ],
      legend: runs.networks.map {
        LegendEntry(.line(runs.ink(of: $0), width: 2, dash: []), $0.name)
      })
  }
}

/// How strongly the convolutions on the main path respond at the last recorded step, over seeds.
private struct ResponseProfile {
  let layers: [LayerPlace]
  /// Of each seed, in forward order.
  let deviations: [[Double]]

  init(_ runs: [RunRecord]) {
    let rows = runs.map { $0.finalResponses.dropLast() }
    layers = rows.first?.map(\.layer) ?? []
    deviations = rows.map { $0.map(\.deviation) }
  }

  var inOrder: [Spread] { spreads(deviations) }
  var sorted: [Spread] { spreads(deviations.map { $0.sorted(by: >) }) }

  var overallMean: Double {
    let all = deviations.joined()
    return all.reduce(0, +) / Double(all.count)
  }
}
