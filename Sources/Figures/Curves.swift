import Charts
import Experiments
import Records

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
          runs.networks.map { "\(runs.trainingError(of: $0)) for \($0.name)" }) + "."
      return Chart(
        title: "Training and evaluation error of \(sentenceList(runs.kindNames)) networks",
        subtitle: ends,
        caption: runs.caption(curves.remark, runs.bandRemark, showsEvaluation: true),
        alternativeText: "Two panels over time: training error and evaluation error of "
          + runs.networks.map(\.name).joined(separator: ", ") + ". " + ends,
        panels: [
          [
            Panel(
              title: "training error", x: curves.timeAxis, y: curves.errorAxis,
              marks: curves.rules + runs.networks.flatMap(curves.raw)
                + runs.networks.flatMap { curves.training($0, label: $0.name) }),
            Panel(
              title: "evaluation error", x: curves.timeAxis, y: right,
              marks: curves.rules
                + runs.networks.flatMap { curves.evaluation($0, label: $0.name) }),
          ]
        ])
    }
  }
}

extension RunsOfExperiment {
  /// `plain`, `residual`, or both.
  var kindNames: [String] {
    NetworkConfiguration.Kind.allCases.filter { !networks($0).isEmpty }.map(\.rawValue)
  }
}
