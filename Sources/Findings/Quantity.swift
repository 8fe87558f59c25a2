package import Records
import Wording

/// Something that a run has, as a number or in words.
package enum Quantity: String, CaseIterable {
  case trainingError = "training-error"
  case evaluationError = "evaluation-error"
  case firstRatio = "gradient-ratio-first"
  case lastRatio = "gradient-ratio-last"
  /// ‖∇‖·‖w‖ of the first convolution ÷ that of the last one.
  case firstRelativeRatio = "relative-gradient-ratio-first"
  case lastRelativeRatio = "relative-gradient-ratio-last"
  case firstVerdict = "verdict-first"
  case lastVerdict = "verdict-last"
  case firstGradientAtFirst = "first-gradient-first"
  case firstGradientAtLast = "first-gradient-last"
  /// ‖Δw‖ ÷ ‖w‖ of the middle layer.
  case firstUpdate = "update-ratio-first"
  case lastUpdate = "update-ratio-last"
  case response
  /// The verdict on the whole training.
  case doctor
  case seeds
  case epochs
  case steps

  /// Of one run; nan where it is not a number.
  package func number(_ record: RunRecord) -> Double {
    let (first, last) = (record.gradientSteps.first, record.gradientSteps.last)
    return switch self {
    case .trainingError: record.finalTrainingError
    case .evaluationError: record.finalEvaluationError
    case .firstRatio: first.flatMap { record.gradientRatio(at: $0) } ?? .nan
    case .lastRatio: last.flatMap { record.gradientRatio(at: $0) } ?? .nan
    case .firstRelativeRatio: first.flatMap { record.relativeGradientRatio(at: $0) } ?? .nan
    case .lastRelativeRatio: last.flatMap { record.relativeGradientRatio(at: $0) } ?? .nan
    case .firstGradientAtFirst:
      first.flatMap { record.gradients(.weight, at: $0).first?.l2 } ?? .nan
    case .firstGradientAtLast: last.flatMap { record.gradients(.weight, at: $0).first?.l2 } ?? .nan
    case .firstUpdate: first.flatMap { UpdateCurve(record, at: [$0]).median.first } ?? .nan
    case .lastUpdate:
      record.lastUpdateStep.flatMap { UpdateCurve(record, at: [$0]).median.first } ?? .nan
    case .response: record.meanResponse
    case .epochs: (record.evaluations.last?.epoch ?? .nan).rounded()
    case .steps: Double(record.iterations)
    case .firstVerdict, .lastVerdict, .doctor, .seeds: .nan
    }
  }

  /// Of runs that differ in their seeds: errors are averaged, and norms geometrically.
  package func text(_ records: [RunRecord]) -> String {
    let numbers = records.map(number)
    switch self {
    case .trainingError, .evaluationError: return fixed(Spread(numbers).mean, places: 1)
    case .firstRatio, .lastRatio, .firstRelativeRatio, .lastRelativeRatio, .firstGradientAtFirst,
      .firstGradientAtLast, .firstUpdate, .lastUpdate:
      let mean = GeometricSpread(numbers).mean
      return mean.isNaN ? "0 ÷ 0" : rounded(mean)
    case .response: return fixed(Spread(numbers).mean, places: 2)
    case .epochs, .steps: return grouped(Int(numbers.first ?? 0))
    case .doctor:
      return Set(records.map { Examination($0).verdict }).sorted().joined(separator: " or ")
    case .seeds: return "\(records.count)"
    case .firstVerdict, .lastVerdict:
      return records.verdicts {
        self == .firstVerdict ? $0.gradientSteps.first : $0.gradientSteps.last
      }
    }
  }

  /// Mean and deviation over runs, `28.7 ± 0.4`; of one run, its number.
  package func spreadText(_ records: [RunRecord]) -> String { Spread(records.map(number)).text }
}
