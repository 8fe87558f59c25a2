import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// Training and evaluation error over the steps, in the shape of the paper's figure 1; of other
  /// programs' runs, which need not know an error, the loss before them.
  static func curves(_ name: String, from source: Source) -> Figure {
    Figure(
      name, summary: "Training and evaluation error of its networks over time.", from: source
    ) { (runs: Comparison) -> Picture in
      let curves = ErrorCurves(runs, hasLegend: !source.isOfExperiment)
      let hasErrors = runs.records.contains(where: \.hasErrors)
      let isEvaluated = runs.records.contains { !$0.finalEvaluationError.isNaN }
      var error = curves.errorAxis
      var panels: [Panel] = []
      if !runs.isOurs {
        let losses = LossCurves(runs, curves)
        panels.append(
          Panel(
            title: "training loss", x: curves.timeAxis, y: losses.axis,
            marks: runs.groups.flatMap(losses.raw)
              + runs.groups.flatMap { losses.mean($0) }))
      }
      if hasErrors {
        panels.append(
          Panel(
            title: "training error", x: curves.timeAxis, y: error,
            marks: curves.rules + runs.groups.flatMap(curves.raw)
              + runs.groups.flatMap {
                curves.training($0, label: source.isOfExperiment ? $0.name : nil)
              }))
      }
      if runs.isOurs || isEvaluated {
        error.title = ""
        panels.append(
          Panel(
            title: "evaluation error", x: curves.timeAxis, y: error,
            marks: curves.rules
              + runs.groups.flatMap {
                curves.evaluation($0, label: source.isOfExperiment ? $0.name : nil)
              }))
      }
      let title =
        runs.isOurs
        ? "Training and evaluation error" : hasErrors ? "Loss and error" : "Training loss"
      let ends = ends(of: runs)
      let chart = Chart(
        title: "\(title) of \(kinds(of: runs))networks",
        subtitle: ends,
        caption: runs.caption(
          curves.remark, runs.bandRemark, showsEvaluation: runs.isOurs || isEvaluated),
        alternativeText: "\(capitalized(number(panels.count))) over time: "
          + "\(sentenceList(panels.map(\.title))) of "
          + runs.groups.map(\.name).joined(separator: ", ") + ". " + ends,
        panels: [panels],
        legend: runs.legend(in: source))
      return .chart(chart, width: panels.count > 2 ? 1200 : 960, height: 500)
    }
  }
}

private func number(_ panels: Int) -> String {
  ["", "a panel", "two panels", "three panels"][panels]
}

/// What was reached, in a sentence: training errors, or losses where there are none.
private func ends(of runs: Comparison) -> String {
  let errors = runs.groups.filter { !$0.spread(\.finalTrainingError).mean.isNaN }
  let losses = runs.groups.filter { !runs.isOurs && $0.spread(\.finalTrainingError).mean.isNaN }
  let parts = [
    runs.isOurs || !errors.isEmpty
      ? "the training error is "
        + sentenceList(
          (runs.isOurs ? runs.groups : errors).map { "\($0.trainingError) for \($0.name)" }) : "",
    losses.isEmpty
      ? ""
      : "the loss is "
        + sentenceList(
          losses.map { "\(rounded($0.spread(\.finalLoss).mean)) for \($0.name)" }),
  ].filter { !$0.isEmpty }
  return "At the end \(parts.joined(separator: "; "))."
}

/// `plain and residual `, or nothing where there are networks that are neither.
private func kinds(of runs: Comparison) -> String {
  runs.roles.contains(.none) ? "" : sentenceList(runs.roles.map(\.rawValue)) + " "
}
