import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// How large updates are against the weights that they change: over time, and by layer at the end.
  static func updateRatio(_ name: String, from source: Source) -> Figure {
    Figure(
      name, summary: "Update ÷ weight: over time, and of every layer at the end.", from: source,
      width: 1200, height: 500
    ) { runs in
      let curves = runs.groups.map { group in
        (network: group, curve: UpdateCurve(group.first, at: visible(group.first.gradientSteps)))
      }
      let ends = runs.groups.map { group in
        (
          network: group,
          ratios: group.first.lastUpdateStep.map { group.first.updateRatios(at: $0) } ?? []
        )
      }
      let limits = [Diagnosis.restLimit, Diagnosis.thrashLimit]
      let values =
        curves.flatMap { $0.curve.lower + $0.curve.upper }
        + ends.flatMap { $0.ratios.map(\.ratio) } + [limits[0] / 2, limits[1] * 2]
      let y = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: values))
      let steps = curves.flatMap { $0.curve.steps }
      let rules = { (isLabelled: Bool) -> [Mark] in
        [
          .rule(RuleMark(.atY, limits[1], label: isLabelled ? "thrashes above" : "")),
          .rule(RuleMark(.atY, 1e-3)),
          .rule(RuleMark(.atY, limits[0], label: isLabelled ? "hardly moves below" : "")),
        ]
      }
      let outcome =
        "Median of the layers at the end: "
        + sentenceList(
          curves.map { "\(rounded($0.curve.median.last ?? .nan)) in \($0.network.name)" }) + "."
      return Chart(
        title: "Update ÷ weight of every layer of \(runs.groups.title)",
        subtitle: outcome,
        caption: runs.caption(
          "‖Δw‖ ÷ ‖w‖ of single steps\(runs.seedCount > 1 ? " of the first seed" : "").",
          "Lines: medians of the layers; bands: nine in ten of them.",
          "The rule between the limits: 10⁻³."),
        alternativeText:
          "Two panels on logarithmic axes: over the training step, the median over the "
          + "layers of the norm of an update divided by that of the weights, with a band for nine "
          + "in ten layers; and the same of every layer at the last recorded step. \(outcome)",
        panels: [
          [
            Panel(
              title: "all layers over time",
              x: Axis(
                "training step", .logarithmicFromZero,
                domain: Double(steps.min() ?? 0)...Double(steps.max() ?? 0), isWhole: true),
              y: Axis("update ÷ weight", .logarithmic, domain: y),
              marks: rules(true)
                + curves.flatMap { network, curve -> [Mark] in
                  let (x, ink) = (curve.steps.map(Double.init), runs.ink(of: network))
                  return [
                    .band(
                      BandMark(
                        x: x, lower: curve.lower, upper: curve.upper, ink: ink,
                        series: network.name)),
                    .line(
                      LineMark(
                        zip(x, curve.median).map { Point($0, $1) }, ink: ink, width: 1.9,
                        dash: runs.dash(of: network, among: runs.groups), series: network.name)),
                  ]
                }),
            Panel(
              title: "every layer at the last recorded step",
              x: Axis(
                "layer", domain: 0.5...Double(max(runs.greatestDepth, 1)) + 0.5, isWhole: true),
              y: Axis("", .logarithmic, domain: y, isLabelled: false),
              marks: rules(false)
                + ends.map { network, ratios in
                  .line(
                    LineMark(
                      ratios.map { Point(Double($0.layer), $0.ratio) }, ink: runs.ink(of: network),
                      width: 1.8, dash: runs.dash(of: network, among: runs.groups),
                      series: network.name))
                }),
          ]
        ], legend: runs.legend(in: source))
    }
  }
}
