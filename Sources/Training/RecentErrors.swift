import Experiments
import Records

/// What a run remembers of its own errors.
struct RecentErrors {
  /// Of the last evaluation, in percent.
  private(set) var evaluationError: Double?
  private var sum = 0.0
  private var count = 0
  private var last: [Double] = []

  init() {}

  /// Those of a run that is continued.
  init(_ saved: SavedRun) {
    let evaluations = saved.evaluations.all
    let evaluated = evaluations.last?.step ?? 0
    saved.steps.forEachStep { step, rows in
      if step == evaluated { (sum, count) = (0, 0) }
      rows.forEach { note($0) }
    }
    if evaluated == saved.step { (sum, count) = (0, 0) }
    evaluationError = evaluations.last?.evaluationError
  }

  mutating func note(_ row: StepRow) {
    sum += row.error
    count += 1
    last.append(row.error)
    if last.count > 20 { last.removeFirst() }
  }

  mutating func note(_ row: EvaluationRow) {
    (sum, count) = (0, 0)
    evaluationError = row.evaluationError
  }

  /// Over the mini-batches since the last evaluation, in percent.
  var meanSinceEvaluation: Double { sum / Double(count) }

  /// Over the last mini-batches, in percent.
  var recentMean: Double { last.reduce(0, +) / Double(last.count) }
}
