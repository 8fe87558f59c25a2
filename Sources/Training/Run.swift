package import Datasets
package import Experiments
package import Records
package import Tensors

/// How far a run has come.
package struct Progress: Sendable {
  /// Steps that had been done before, by a run that was interrupted.
  package let firstStep: Int
  /// Steps done.
  package let step: Int
  package let iterations: Int
  /// Of the last mini-batches, in percent: their mean.
  package let trainingError: Double
  /// Of the last evaluation, in percent; nil before the first.
  package let evaluationError: Double?
}

/// How a run is kept safe.
package struct Safekeeping {
  /// The state is saved when so much time has passed since the last time.
  package var interval: Duration
  /// Asked after every step: whether to save the state and stop.
  package var isInterrupted: () -> Bool
  /// Told what a run is continued from.
  package var continues: (SavedRun) -> Void

  package init(
    interval: Duration = .seconds(60), continues: @escaping (SavedRun) -> Void = { _ in },
    isInterrupted: @escaping () -> Bool = { false }
  ) {
    self.interval = interval
    self.continues = continues
    self.isInterrupted = isInterrupted
  }
}

extension SavedRun {
  /// In what the circumstances differ from those the run began with, if its records will no longer be
  /// to the byte those of an uninterrupted run: a phrase.
  package func difference(from context: RunContext) -> String? {
    let began = record.context
    let differences = [
      began.threads == context.threads ? nil : "\(began.threads) threads, not \(context.threads)",
      began.oneDNN == context.oneDNN ? nil : "oneDNN \(began.oneDNN), not \(context.oneDNN)",
      began.version == context.version ? nil : "gradflow \(began.version), not \(context.version)",
    ].compactMap { $0 }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }
}

/// A run was asked to stop, and can be continued.
package struct Interruption: Error {
  /// Steps done.
  package let step: Int
}

/// Trains one network, from its initialization or from where an interrupted run saved its state, and
/// writes down what happens.
///
/// Equal configurations, thread counts and builds of oneDNN give equal records, however often the run
/// was interrupted. `report` is called after every step. Returns what was recorded.
///
/// - Throws: ``Interruption`` where it was asked to stop.
package func carryOut(
  _ configuration: RunConfiguration, on dataset: PreparedDataset, engine: Engine,
  context: RunContext, output: String, safekeeping: Safekeeping = Safekeeping(),
  report: (Progress) -> Void
) throws -> RunRecord {
  let writer = try RunWriter(configuration, context: context, in: output)
  let trainer = Trainer(configuration, dataset: dataset, engine: engine)
  if let saved = writer.saved {
    try trainer.restore(saved)
    safekeeping.continues(saved)
  }
  var record =
    writer.saved?.record ?? RunRecord(configuration: configuration, context: context)
  let source = try BatchSource(
    dataset, batchSize: configuration.batchSize, seed: configuration.seed)
  let batches = Prefetcher(source, from: trainer.step)
  let iterations = configuration.schedule.iterations
  let clock = ContinuousClock()
  let start = clock.now
  let firstStep = trainer.step
  var lastSaved = start

  func isOver() -> Bool {
    trainer.step == iterations
      || configuration.stopsWhenDiverged && record.steps.last?.loss.isFinite == false
  }
  while !isOver() {
    let observation = trainer.learn(from: batches.next())
    record.steps.append(observation.row)
    record.gradients += observation.gradients
    record.responses += observation.responses
    writer.append(observation.row)
    writer.append(observation.gradients)
    writer.append(observation.responses)

    if configuration.recording.evaluates(after: trainer.step, of: iterations) {
      let sinceEvaluation = record.steps[(record.epochs.last?.step ?? 0)...].map(\.error)
      let row = EpochRow(
        step: trainer.step,
        epoch: Double(trainer.step) / Double(source.batchesPerEpoch),
        trainingError: sinceEvaluation.reduce(0, +) / Double(sinceEvaluation.count),
        evaluationError: trainer.evaluationError()
      ).recorded
      record.epochs.append(row)
      writer.append(row)
      try writer.flush()
    }
    report(
      Progress(
        firstStep: firstStep, step: trainer.step, iterations: iterations,
        trainingError: record.trainingError(overLast: 20),
        evaluationError: record.epochs.last?.evaluationError))
    let isInterrupted = safekeeping.isInterrupted() && !isOver()
    if isInterrupted || clock.now - lastSaved >= safekeeping.interval {
      try writer.save(trainer.state, step: trainer.step)
      lastSaved = clock.now
    }
    if isInterrupted { throw Interruption(step: trainer.step) }
  }
  try writer.save(trainer.state, step: trainer.step)
  record.thinLosses()
  let seconds = (clock.now - start) / .seconds(1)
  try writer.finish(
    RunTiming(
      seconds: seconds,
      imagesPerSecond: Double((iterations - firstStep) * configuration.batchSize) / seconds))
  return record
}
