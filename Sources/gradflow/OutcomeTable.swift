import Experiments
import Findings
import Records
import Wording

/// What happened in the runs of an experiment, as a few lines of text.
struct OutcomeTable {
  let records: [RunRecord]

  init(_ records: [RunRecord]) { self.records = records }

  var text: String {
    let labels = records.names
    let rows = zip(records, labels).map { record, label -> [String] in
      return [
        label,
        record.evaluations.isEmpty ? "–" : percent(record.finalTrainingError),
        record.evaluations.isEmpty ? "–" : percent(record.finalEvaluationError),
        diagnosis(record, record.gradientSteps.first),
        diagnosis(record, record.gradientSteps.last),
      ]
    }
    let lastStep = records.first?.gradientSteps.last ?? 0
    let header = [
      "", "training error", "evaluation", "gradient at start", "after \(lastStep) steps",
    ]
    let evaluationSet = records.first?.evaluationSet ?? "none"
    let diverged = zip(records, labels).compactMap { record, label in
      record.divergedStep.map {
        "\n\(label) diverged: from step \($0) on its loss is not finite."
      }
    }.joined()
    return """
      \(aligned([header] + rows))\(diverged)
      Training error: mean of the last \(records.map(\.finalWindow).max() ?? 0) mini-batches. \
      Evaluation: \(evaluationSet).
      Gradient: ‖∇‖·‖w‖ of the first convolution ÷ that of the last. Explodes: above 100, or one
      above 10⁴ or not finite. Vanishes: below 1/100, or none reaches 10⁻⁶.
      """
  }

  private func diagnosis(_ record: RunRecord, _ step: Int?) -> String {
    step.flatMap { record.diagnosis(at: $0) }.map {
      "\(rounded($0.ratio)) \($0.verdict.rawValue)"
    } ?? "–"
  }
}
