import Experiments
import Records

/// What happened in the runs of an experiment, as a few lines of text.
struct OutcomeTable {
  let records: [RunRecord]

  /// Mini-batches at the end of a run over which its training error is averaged.
  static let window = 50

  init(_ records: [RunRecord]) { self.records = records }

  var text: String {
    let hasSeeds = Set(records.map(\.configuration.seed)).count > 1
    let rows = records.map { record -> [String] in
      let seed = hasSeeds ? " seed \(record.configuration.seed)" : ""
      return [
        record.configuration.network.name + seed,
        percent(record.trainingError(overLast: Self.window)),
        record.epochs.last.map { percent($0.evaluationError) } ?? "–",
        ratio(record, record.gradientSteps.first),
        ratio(record, record.gradientSteps.last),
      ]
    }
    let lastStep = records.first?.gradientSteps.last ?? 0
    let header = ["", "training error", "evaluation", "ratio at start", "after \(lastStep) steps"]
    let evaluationSet = records.first?.context.evaluationSet ?? "none"
    let diverged = records.compactMap { record in
      record.divergedStep.map {
        "\n\(record.configuration.network.name) diverged: from step \($0) on its loss is not finite."
      }
    }.joined()
    return """
      \(aligned([header] + rows))\(diverged)
      Training error: mean of the last \(Self.window) mini-batches. Evaluation: \(evaluationSet).
      Ratio: gradient norm of the first convolution's weights ÷ the last convolution's.
      """
  }

  private func ratio(_ record: RunRecord, _ step: Int?) -> String {
    step.flatMap { record.gradientRatio(at: $0) }.map(significant) ?? "–"
  }
}

/// A ratio with two or three significant digits: `0.021`, `3.4`, `2700`, `3.1e-09`.
func significant(_ value: Double) -> String {
  let size = abs(value)
  guard size.isFinite, size > 0 else { return size == 0 ? "0" : "\(value)" }
  if size >= 1e5 || size < 1e-3 {
    var exponent = 0
    var mantissa = size
    while mantissa >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    return "\(value < 0 ? "-" : "")\(decimal(mantissa, places: 1))e\(exponent)"
  }
  return decimal(value, places: size >= 99.5 ? 0 : size >= 0.995 ? 1 : size >= 0.0995 ? 2 : 4)
}
