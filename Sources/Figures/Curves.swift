import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// Training and evaluation error over the steps, in the shape of the paper's figure 1.
  static func curves(of experiment: Experiment) -> Figure {
    Figure(
      "\(experiment.name)-curves",
      summary: "Training and evaluation error of its networks over time.",
      experiment: experiment, height: 500
    ) { runs in
      let curves = ErrorCurves(runs)
      var right = curves.errorAxis
      right.title = ""
      let ends =
        "At the end the training error is "
        + sentenceList(
          runs.groups.map { "\($0.trainingError) for \($0.name)" }) + "."
      return Chart(
        title: "Training and evaluation error of \(kinds(of: runs))networks",
        subtitle: ends,
        caption: runs.caption(curves.remark, runs.bandRemark, showsEvaluation: true),
        alternativeText: "Two panels over time: training error and evaluation error of "
          + runs.groups.map(\.name).joined(separator: ", ") + ". " + ends,
        panels: [
          [
            Panel(
              title: "training error", x: curves.timeAxis, y: curves.errorAxis,
              marks: curves.rules + runs.groups.flatMap(curves.raw)
                + runs.groups.flatMap { curves.training($0, label: $0.name) }),
            Panel(
              title: "evaluation error", x: curves.timeAxis, y: right,
              marks: curves.rules
                + runs.groups.flatMap { curves.evaluation($0, label: $0.name) }),
          ]
        ])
    }
  }
}

/// `plain and residual `, or nothing of networks that are neither.
private func kinds(of runs: Comparison) -> String {
  let roles = runs.roles.filter { $0 != .none }.map(\.rawValue)
  return roles.isEmpty ? "" : sentenceList(roles) + " "
}
