package import Datasets
package import Experiments
package import Records
package import Tensors

/// How far a run has come.
package struct Progress: Sendable {
  /// Steps done.
  package let step: Int
  package let iterations: Int
  /// Of the last mini-batches, in percent: their mean.
  package let trainingError: Double
  /// Of the last evaluation, in percent; nil before the first.
  package let evaluationError: Double?
  package let elapsed: Duration

  /// The time that the steps to come will take if they take as long as those so far.
  package var remaining: Duration {
    step == 0 ? .zero : elapsed / step * (iterations - step)
  }
}

/// Trains one network from its initialization and writes down what happens.
///
/// Equal configurations, thread counts and builds of oneDNN give equal records. `report` is called
/// after every step. Returns what was recorded.
package func carryOut(
  _ configuration: RunConfiguration, on dataset: PreparedDataset, engine: Engine,
  context: RunContext, output: String, report: (Progress) -> Void
) throws -> RunRecord {
  let writer = try RunWriter(configuration, context: context, in: output)
  let trainer = Trainer(configuration, dataset: dataset, engine: engine)
  let source = try BatchSource(
    dataset, batchSize: configuration.batchSize, seed: configuration.seed)
  let batches = Prefetcher(source)
  let iterations = configuration.schedule.iterations
  let clock = ContinuousClock()
  let start = clock.now
  var record = RunRecord(configuration: configuration, context: context)
  var sinceEvaluation: [Double] = []

  while trainer.step < iterations {
    let observation = trainer.learn(from: batches.next())
    record.steps.append(observation.row)
    record.gradients += observation.gradients
    record.responses += observation.responses
    writer.append(observation.row)
    writer.append(observation.gradients)
    writer.append(observation.responses)
    sinceEvaluation.append(observation.row.error)

    if configuration.recording.evaluates(after: trainer.step, of: iterations) {
      let row = EpochRow(
        step: trainer.step,
        epoch: Double(trainer.step) / Double(source.batchesPerEpoch),
        trainingError: sinceEvaluation.reduce(0, +) / Double(sinceEvaluation.count),
        evaluationError: trainer.evaluationError())
      sinceEvaluation.removeAll()
      record.epochs.append(row)
      writer.append(row)
      try writer.flush()
    }
    report(
      Progress(
        step: trainer.step, iterations: iterations,
        trainingError: record.trainingError(overLast: 20),
        evaluationError: record.epochs.last?.evaluationError, elapsed: clock.now - start))
  }
  let seconds = (clock.now - start) / .seconds(1)
  try writer.finish(
    RunTiming(
      seconds: seconds,
      imagesPerSecond: Double(iterations * configuration.batchSize) / seconds))
  return record
}
