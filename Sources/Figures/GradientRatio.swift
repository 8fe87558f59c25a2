import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The first convolution's relative gradient against the last one's, over the training.
  static let gradientRatio = Figure(
    "gradient-ratio",
    summary:
      "First ÷ last convolution's relative gradient over the training, of plain and residual networks.",
    from: .experiment(.gradientFlow), height: 540
  ) { runs in
    let curves = runs.groups.map { (network: $0, curve: RatioCurve($0.records)) }
    let limits = [1 / Diagnosis.ratioLimit, Diagnosis.ratioLimit]
    let values = curves.flatMap { $0.curve.spreads.flatMap { [$0.lower, $0.upper] } } + limits
    let domain = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: values))
    let last = curves.compactMap { $0.curve.steps.last }.max() ?? 1
    let outcome =
      sentenceList(
        curves.map { network, curve in
          let ends = [curve.spreads.first, curve.spreads.last].compactMap { $0?.mean }.map(rounded)
          return "\(network.name) goes from \(ends.joined(separator: " to "))"
        }) + "."
    return Chart(
      title: "First convolution’s ‖∇‖·‖w‖ ÷ the last one’s, while networks learn",
      subtitle: outcome,
      caption: runs.caption(
        "Norm of a convolution’s weight gradient times that of its weights, of single mini-batches.",
        runs.geometricBandRemark,
        "Beyond the outer rules the verdict is that gradients explode or vanish."),
      alternativeText:
        "Curves on logarithmic axes over the training step: the norm of a convolution’s "
        + "weight gradient times that of its weights, of the first convolution against the last one. "
        + outcome,
      panels: [
        [
          Panel(
            title: "",
            x: Axis(
              "training step", .logarithmicFromZero, domain: 0...Double(last),
              isWhole: true),
            y: Axis("first ÷ last", .logarithmic, domain: domain),
            marks: [
              .rule(RuleMark(.atY, Diagnosis.ratioLimit, label: "explodes above")),
              .rule(RuleMark(.atY, 1)),
              .rule(RuleMark(.atY, 1 / Diagnosis.ratioLimit, label: "vanishes below")),
            ]
              + curves.flatMap { network, curve in
                [Mark].curve(
                  curve.steps.map(Double.init), curve.spreads, of: network,
                  ink: runs.ink(of: network), width: runs.width(of: network), label: network.name,
                  series: network.name)
              })
        ]
      ])
  }
}
