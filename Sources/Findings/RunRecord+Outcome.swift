import Experiments
package import Records

extension RunRecord {
  /// The training error at the end, in percent: the mean over the mini-batches since the evaluation
  /// before the last; nan where there was none.
  package var finalTrainingError: Double { evaluations.last?.trainingError ?? .nan }

  /// The error on held-out images at the end, in percent; nan where there was no evaluation.
  package var finalEvaluationError: Double { evaluations.last?.evaluationError ?? .nan }

  /// How many mini-batches ``finalTrainingError`` is a mean of.
  package var finalWindow: Int {
    (evaluations.last?.step ?? 0) - (evaluations.dropLast().last?.step ?? 0)
  }

  /// Which images the evaluation error is about, a phrase.
  package var evaluationSet: String { run.context.evaluationSet ?? "held-out images" }

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
  package var finalResponses: [ResponseRow] {
    responses.steps.last.map { last in
      responses.rows(at: last).filter { $0.layer.path == .main }
    } ?? []
  }

  /// How strong the gradient of the first convolution's weights is against that of the last
  /// convolution's, at a step: ‖∂loss/∂w₁‖ ÷ ‖∂loss/∂w_L₋₁‖. Nil where none was recorded. The
  /// classifier does not count: its fan-in and place differ from those of the convolutions.
  package func gradientRatio(at step: Int) -> Double? {
    let convolutions = gradients(.weight, at: step).dropLast()
    guard let first = convolutions.first, let last = convolutions.last else { return nil }
    return first.l2 / last.l2
  }
}
