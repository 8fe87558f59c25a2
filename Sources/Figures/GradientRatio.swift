import Charts
import Experiments
import Records

extension Figure {
  /// The first convolution's gradient against the last one's, over the training.
  static let gradientRatio = Figure(
    "gradient-ratio",
    summary:
      "First ÷ last convolution's gradient over the training, of plain and residual networks.",
    experiment: .gradientFlow, height: 540
  ) { runs in
    let curves = runs.networks.map { (network: $0, curve: RatioCurve(runs.runs(of: $0))) }
    let limits = [1 / Diagnosis.ratioLimit, Diagnosis.ratioLimit]
    let values = curves.flatMap { $0.curve.band.lower + $0.curve.band.upper } + limits
    let domain = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: values))
    let last = curves.compactMap { $0.curve.steps.last }.max() ?? 1
    let outcome =
      sentenceList(
        curves.map { network, curve in
          let ends = [curve.means.first, curve.means.last].compactMap { $0 }.map(rounded)
          return "\(network.name) goes from \(ends.joined(separator: " to "))"
        }) + "."
    return Chart(
      title: "First convolution’s weight gradient ÷ the last one’s, while networks learn",
      subtitle: outcome,
      caption: runs.caption(
        "L2 norms of single mini-batches.",
        runs.seedCount > 1
          ? "Lines and bands: geometric mean and standard deviation, n = \(runs.seedCount)." : "",
        "Beyond the outer rules the verdict is that gradients explode or vanish."),
      alternativeText:
        "Curves on logarithmic axes over the training step: the ratio of the norm of "
        + "the first convolution’s weight gradient to that of the last one. \(outcome)",
      panels: [
        [
          Panel(
            title: "",
            x: Axis(
              "training step, the first being 1", .logarithmic, domain: 1...Double(last + 1),
              isWhole: true),
            y: Axis("first ÷ last", .logarithmic, domain: domain),
            marks: [
              .rule(RuleMark(.atY, Diagnosis.ratioLimit, label: "explodes above")),
              .rule(RuleMark(.atY, 1)),
              .rule(RuleMark(.atY, 1 / Diagnosis.ratioLimit, label: "vanishes below")),
            ]
              + curves.flatMap { network, curve in
                curve.marks(named: network.name, ink: runs.ink(of: network))
              })
        ]
      ])
  }
}

/// The ratio at every recorded step, over seeds.
private struct RatioCurve {
  let steps: [Int]
  private let logarithms: [Spread]
  private let seeds: Int

  init(_ runs: [RunRecord]) {
    steps = runs.first?.gradientSteps ?? []
    logarithms = spreads(
      runs.map { run in
        (runs.first?.gradientSteps ?? []).map { step in
          run.gradientRatio(at: step).map(logarithm) ?? .nan
        }
      })
    seeds = runs.count
  }

  var means: [Double] { logarithms.map { exponential($0.mean) } }

  var band: (lower: [Double], upper: [Double]) {
    (
      logarithms.map { exponential($0.mean - $0.deviation) },
      logarithms.map { exponential($0.mean + $0.deviation) }
    )
  }

  func marks(named name: String, ink: Ink) -> [Mark] {
    let x = steps.map { Double($0 + 1) }
    let line = Mark.line(
      LineMark(zip(x, means).map { Point($0, $1) }, ink: ink, width: 1.8, label: name))
    if seeds < 2 { return [line] }
    return [
      .band(BandMark(x: x, lower: band.lower, upper: band.upper, ink: ink, series: name)), line,
    ]
  }
}
