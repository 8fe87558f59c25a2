package import Experiments

/// What happened in one training, as figures read it.
package struct RunRecord: Sendable {
  package var configuration: RunConfiguration
  package var context: RunContext
  package var steps: [StepRow] = []
  package var epochs: [EpochRow] = []
  package var gradients: [GradientRow] = []
  package var responses: [ResponseRow] = []

  package init(configuration: RunConfiguration, context: RunContext) {
    self.configuration = configuration
    self.context = context
  }

  /// Drops the losses that a finished run does not keep.
  package mutating func thinLosses() { steps = steps.thinned(for: configuration) }
}

extension [StepRow] {
  /// The rows that a finished run keeps: those of its schedule, and the first without a finite loss.
  func thinned(for configuration: RunConfiguration) -> [StepRow] {
    let (recording, iterations) = (configuration.recording, configuration.schedule.iterations)
    let diverged = first { !$0.loss.isFinite }?.step
    return filter { recording.keepsLoss(of: $0.step, of: iterations) || $0.step == diverged }
  }
}

/// Where and with what a run was made.
package struct RunContext: Hashable, Codable, Sendable {
  /// Of gradflow.
  package var version: String
  /// Of oneDNN, `2.6.3`.
  package var oneDNN: String
  package var threads: Int
  /// In hexadecimal, of the files the images were read from.
  package var datasetSHA256: String
  /// Which images the evaluation error is about, a phrase for captions: "first 1,000 test images".
  package var evaluationSet: String

  package init(
    version: String, oneDNN: String, threads: Int, datasetSHA256: String, evaluationSet: String
  ) {
    self.version = version
    self.oneDNN = oneDNN
    self.threads = threads
    self.datasetSHA256 = datasetSHA256
    self.evaluationSet = evaluationSet
  }
}
