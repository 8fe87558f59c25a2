import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The paper's figure 1: training and test error of plain networks.
  static let degradation = Figure(
    "degradation",
    summary: "Training and test error of plain networks of 20 and 56 layers (paper, figure 1).",
    from: .experiment(.degradation), height: 480
  ) { runs in
    let curves = ErrorCurves(runs)
    let networks = runs.groups(.plain)
    var right = curves.errorAxis
    right.title = ""
    let outcome = runs.comparison(.plain) ?? ""
    return Chart(
      title: "Error of plain networks of \(sentenceList(networks.map { "\($0.depth)" })) layers",
      subtitle: outcome + " Overfitting would show in the right panel alone.",
      caption: runs.caption(
        curves.remark, runs.bandRemark, "After He et al. 2015, figure 1.", showsEvaluation: true),
      alternativeText: "Two panels over time, with one scale: the training error and the error on "
        + "held-out images of \(runs.groups.map(\.name).joined(separator: " and ")). \(outcome)",
      panels: [
        [
          Panel(
            title: "training error", x: curves.timeAxis, y: curves.errorAxis,
            marks: curves.rules + networks.flatMap(curves.raw)
              + networks.flatMap { curves.training($0, label: $0.name) }),
          Panel(
            title: "\(runs.evaluationWord) error",
            x: curves.timeAxis, y: right,
            marks: curves.rules + networks.flatMap { curves.evaluation($0, label: $0.name) }),
        ]
      ])
  }
}
