import Architectures
package import Experiments
package import Records

extension RunContext {
  package static let madeUp = RunContext(
    version: "0.0.0", oneDNN: "2.6.3", threads: 2, datasetSHA256: "ab12",
    evaluationSet: "first 1,000 test images")
}

/// A small run of a network of few layers.
package func sampleConfiguration(seed: UInt64 = 0) -> RunConfiguration {
  var configuration = RunConfiguration(
    network: NetworkConfiguration(.plain, depth: 8, width: 2),
    dataset: DatasetConfiguration(.synthetic),
    schedule: LearningRateSchedule(base: 0.1, iterations: 2))
  configuration.seed = seed
  return configuration
}

/// Whole records of a run, with made-up numbers: every row that its configuration asks for.
///
/// `error` gives that of a step, `evaluation` that of an evaluation after so many steps, `norm` that of
/// the gradients of a layer, by its index, at a step.
package func madeUpRecord(
  _ run: RunConfiguration, context: RunContext = .madeUp,
  loss: (_ step: Int) -> Double = { _ in 1 }, error: (_ step: Int) -> Double = { _ in 50 },
  evaluation: (_ step: Int) -> Double = { _ in 60 },
  norm: (_ layer: Int, _ step: Int) -> Double = { 1 / Double($0 + $1 + 1) }
) -> RunRecord {
  var record = RunRecord(configuration: run, context: context)
  let iterations = run.schedule.iterations
  record.steps = (0..<iterations).map {
    StepRow(step: $0, loss: loss($0), error: error($0), learningRate: 0.1)
  }
  record.evaluations = (1...iterations).filter {
    run.recording.evaluates(after: $0, of: iterations)
  }
  .map {
    EvaluationRow(
      step: $0, epoch: 0, trainingError: error($0 - 1), evaluationError: evaluation($0))
  }
  let recorded = (0..<iterations).filter { run.recording.recordsGradients(at: $0, of: iterations) }
  let layers = record.run.layers.map(\.place)
  record.gradients = RecordTable(
    recorded.flatMap { step in
      layers.flatMap { layer in
        GradientRow.Kind.allCases.map { kind in
          GradientRow(
            step: step, layer: layer, kind: kind, l2: norm(layer.index, step), rms: 0, maximum: 0,
            zeroFraction: 0)
        }
      }
    })
  record.responses = RecordTable(
    recorded.flatMap { step in
      layers.map {
        ResponseRow(step: step, layer: $0, deviation: norm($0.index, step), mean: 0)
      }
    })
  let blocks = Architecture(run).blocks.map(\.place)
  let isResidual = run.network.kind == .residual
  record.blocks = RecordTable(
    recorded.flatMap { step in
      blocks.map {
        BlockRow(
          step: step, block: $0, gradientAtSum: 1, gradientThroughShortcut: isResidual ? 1 : nil,
          gradientThroughBranch: 0.5, gradientCosine: isResidual ? 0.25 : nil, inputRMS: 1,
          branchRMS: 0.5, outputRMS: 1.25)
      }
    })
  return record
}

extension RunWriter {
  /// Writes all rows of a record.
  package func append(_ record: RunRecord) throws {
    try append(record.steps)
    try append(record.evaluations)
    try append(record.gradients.all)
    try append(record.responses.all)
    try append(record.blocks.all)
  }
}

/// Writes a finished run into an output folder; returns its own folder.
@discardableResult
package func writeRun(_ record: RunRecord, in output: String) throws -> String {
  let writer = try RunWriter(record.configuration, context: record.context, in: output)
  try writer.append(record)
  try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 2))
  return writer.path
}
