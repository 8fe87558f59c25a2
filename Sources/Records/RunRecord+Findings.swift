import Experiments

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

  /// The first step whose loss was infinite or not a number; nil where there was none.
  package var divergedStep: Int? { steps.first { !$0.loss.isFinite }?.step }

  /// The steps whose gradients were recorded, in order.
  package var gradientSteps: [Int] { gradients.steps }

  /// The gradients of one kind at one step on the main path, in forward order.
  package func gradients(_ kind: GradientRow.Kind, at step: Int) -> [GradientRow] {
    gradients.rows(at: step).filter { $0.kind == kind && $0.layer.path == .main }
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
