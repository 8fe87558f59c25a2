package import Collective
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
  /// Whether there will be no more: after the last step, or where the loss is no longer finite and the
  /// run ends there.
  package let isOver: Bool
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
    let began = description.context
    func words<Value: Equatable>(_ path: KeyPath<RunContext, Value?>) -> (String, String)? {
      let values = (began[keyPath: path], context[keyPath: path])
      guard values.0 != values.1, let before = values.0, let now = values.1 else { return nil }
      return ("\(before)", "\(now)")
    }
    let differences = [
      words(\.threads).map { "\($0) threads, not \($1)" },
      words(\.oneDNN).map { "oneDNN \($0), not \($1)" },
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
/// was interrupted, and on however many ranks. Rows go to their files and are not kept. `report` is called
/// after every step. Returns what was recorded, as it is read.
///
/// - Parameter collective: The ranks that train the network together. Rank 0 alone writes, reports and
///   returns records; `safekeeping` asks each of them.
/// - Throws: ``Interruption`` where it was asked to stop; on several ranks what fails on one of them is a
///   `SharedFailure` on all.
package func carryOut(
  _ configuration: RunConfiguration, on dataset: PreparedDataset, engine: Engine,
  context: RunContext, output: String, collective: any Collective = Alone(),
  safekeeping: Safekeeping = Safekeeping(), report: (Progress) -> Void
) throws -> RunRecord? {
  let trainer = Trainer(
    configuration, dataset: dataset, engine: engine, collective: collective)
  var errors = RecentErrors()
  let writer = try collective.together { () -> RunWriter? in
    guard collective.isFirst else { return nil }
    let writer = try RunWriter(configuration, context: context, in: output)
    if let saved = writer.saved {
      try trainer.restore(saved)
      errors = RecentErrors(saved)
      safekeeping.continues(saved)
    }
    return writer
  }
  trainer.followFirst()
  let source = try collective.together {
    try BatchSource(
      dataset, batchSize: configuration.batchSize, seed: configuration.seed, part: trainer.part)
  }
  let batches = Prefetcher(source, from: trainer.step)
  let iterations = configuration.schedule.iterations
  let clock = ContinuousClock()
  let start = clock.now
  let firstStep = trainer.step
  var lastSaved = start
  var lastFlushed = start

  func isOver() -> Bool {
    trainer.step == iterations || configuration.stopsWhenDiverged && trainer.hasDiverged
  }
  while !isOver() {
    let observation = trainer.learn(from: batches.next())
    let isEvaluated = configuration.recording.evaluates(after: trainer.step, of: iterations)
    let evaluationError = isEvaluated ? trainer.evaluationError() : nil
    let isInterrupted = try collective.anyTogether {
      errors.note(observation.row)
      try writer?.append(observation.row)
      try writer?.append(observation.gradients)
      try writer?.append(observation.responses)
      try writer?.append(observation.blocks)
      if let evaluationError {
        let row = EvaluationRow(
          step: trainer.step,
          epoch: Double(trainer.step) / Double(source.batchesPerEpoch),
          trainingError: errors.meanSinceEvaluation, evaluationError: evaluationError
        ).recorded
        errors.note(row)
        try writer?.append(row)
      }
      // Who follows the run sees it within a second.
      if isEvaluated || clock.now - lastFlushed >= .milliseconds(400) {
        try writer?.flush()
        lastFlushed = clock.now
      }
      if collective.isFirst {
        report(
          Progress(
            firstStep: firstStep, step: trainer.step, iterations: iterations, isOver: isOver(),
            trainingError: errors.recentMean, evaluationError: errors.evaluationError))
      }
      return safekeeping.isInterrupted()
    }
    // The clock of rank 0 decides for all.
    let isTime = try collective.anyTogether {
      writer != nil && clock.now - lastSaved >= safekeeping.interval
    }
    guard isInterrupted || isTime || isOver() else { continue }
    // What ranks disagree about is not to be continued from.
    try collective.together { try trainer.requireEqualState() }
    if isOver() { break }
    try collective.together {
      try writer?.save(trainer.state, step: trainer.step)
      lastSaved = clock.now
    }
    if isInterrupted { throw Interruption(step: trainer.step) }
  }
  return try collective.together {
    guard let writer else { return nil }
    try writer.save(trainer.state, step: trainer.step)
    let seconds = (clock.now - start) / .seconds(1)
    try writer.finish(
      RunTiming(
        seconds: seconds,
        imagesPerSecond: Double((trainer.step - firstStep) * configuration.batchSize) / seconds))
    return try RecordStore(output: output).load(configuration)
  }
}
