import Experiments
package import Records

extension RunRecord {
  /// The training error at the end, in percent: the mean over the mini-batches since the evaluation
  /// before the last. Where evaluations of other programs do not tell it, it is the mean over the last
  /// mini-batches; nan where their errors were not recorded either.
  package var finalTrainingError: Double {
    tellsTrainingError
      ? evaluations.last?.trainingError ?? .nan : trainingError(overLast: finalWindow)
  }

  /// The error on held-out images at the end, in percent; nan where there was no evaluation.
  package var finalEvaluationError: Double {
    evaluations.last { !$0.evaluationError.isNaN }?.evaluationError ?? .nan
  }

  /// How far the error at the end of so many evaluated images is from that of endlessly many, in points: the
  /// standard error of the binomial distribution. Nil where it is not known how many there were.
  package var evaluationStandardError: Double? {
    guard let count = run.configuration?.dataset.evaluatedImages, count > 0 else { return nil }
    let share = finalEvaluationError / 100
    let error = 100 * (share * (1 - share) / Double(count)).squareRoot()
    return error.isFinite ? error : nil
  }

  /// How many mini-batches ``finalTrainingError`` is a mean of.
  package var finalWindow: Int {
    tellsTrainingError
      ? (evaluations.last?.step ?? 0) - (evaluations.dropLast().last?.step ?? 0)
      : min(100, max(1, steps.count / 20))
  }

  /// The mean loss of the last mini-batches; nan where there were none.
  package var finalLoss: Double { means(of: \.loss).last?.value ?? .nan }

  /// Whether the training error stands beside the evaluations.
  package var tellsTrainingError: Bool {
    run.configuration != nil || evaluations.last?.trainingError.isNaN == false
  }

  /// Whether an error of any kind was recorded.
  package var hasErrors: Bool {
    run.configuration != nil || steps.contains { !$0.error.isNaN }
      || evaluations.contains { !$0.trainingError.isNaN || !$0.evaluationError.isNaN }
  }

  /// Means over parts of the training of a number that its steps have, and the middle of each part: twenty
  /// or so. Steps without the number do not count.
  package func means(of value: (StepRow) -> Double) -> [(step: Int, value: Double)] {
    let known = steps.compactMap { row in
      let number = value(row)
      return number.isNaN ? nil : (step: row.step, value: number)
    }
    let size = max(1, known.count / 20)
    return stride(from: 0, to: known.count, by: size).compactMap { start in
      let part = known[start..<min(start + size, known.count)]
      guard let first = part.first, let last = part.last, part.count == size else { return nil }
      return (
        first.step + (last.step - first.step) / 2,
        part.reduce(0) { $0 + $1.value } / Double(part.count)
      )
    }
  }

  /// What the evaluation error is about, a phrase.
  package var evaluationSet: String {
    run.context.evaluationSet ?? (run.configuration == nil ? "held-out data" : "held-out images")
  }

  /// The mean error of the last recorded mini-batches, in percent; nan where there were none.
  package func trainingError(overLast window: Int) -> Double {
    let errors = steps.suffix(window).map(\.error)
    return errors.reduce(0, +) / Double(errors.count)
  }

  /// How many training steps were done, or are planned where that is known.
  package var iterations: Int {
    run.configuration?.schedule.iterations ?? (steps.last?.step ?? 0) + 1
  }

  /// What its random numbers began with; nil where that is not known.
  package var seed: UInt64? {
    run.configuration?.seed ?? run.conditions["seed"].flatMap(UInt64.init)
  }

  /// From one step whose loss was recorded to the next, at the beginning.
  package var lossInterval: Int {
    let first = steps.prefix(2).map(\.step)
    return run.configuration?.recording.lossInterval
      ?? (first.count == 2 ? first[1] - first[0] : 1)
  }

  /// The mean over the convolutions on the main path of the standard deviation of their responses, at
  /// the last recorded step; nan where none was recorded.
  package var meanResponse: Double {
    let rows = finalResponses.dropLast()
    return rows.reduce(0) { $0 + $1.deviation } / Double(rows.count)
  }

  /// The responses of the layers on the main path at the last recorded step, in forward order.
  package var finalResponses: [ResponseRow] { responses.steps.last.map(responses(at:)) ?? [] }

  /// The responses of the layers on the main path at a step, in forward order.
  package func responses(at step: Int) -> [ResponseRow] {
    responses.rows(at: step).filter { $0.layer.path == .main }
  }

  /// How strong the gradient of the first convolution's weights is against that of the last
  /// convolution's, at a step: ‖∂loss/∂w₁‖ ÷ ‖∂loss/∂w_L₋₁‖. Nil where none was recorded. The
  /// classifier does not count: its fan-in and place differ from those of the convolutions.
  package func gradientRatio(at step: Int) -> Double? {
    let convolutions = gradients(.weight, at: step).dropLast()
    guard convolutions.count > 1, let first = convolutions.first, let last = convolutions.last
    else { return nil }
    return first.l2 / last.l2
  }
}
