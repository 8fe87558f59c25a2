package import Datasets
package import Experiments
package import Records
package import Tensors

/// Networks that learn side by side, a step of each at a time, for as long as somebody wants to watch. What
/// happens is written into folders of runs under way.
package final class Lockstep {
  /// As if they were to go on for so many steps.
  package let configurations: [RunConfiguration]
  private let context: RunContext
  private let output: String
  private var lanes: [Lane]

  /// One network.
  private struct Lane {
    let trainer: Trainer
    let batches: Prefetcher
    let batchesPerEpoch: Int
    let writer: RunWriter
    var errors = RecentErrors()
    /// That of every evaluation so far, by the steps done.
    var lastEvaluation = 0
  }

  /// Networks at their beginnings; what they leave goes to an output folder.
  package init(
    _ configurations: [RunConfiguration], on dataset: PreparedDataset, engine: Engine,
    context: RunContext, output: String
  ) throws {
    self.configurations = configurations
    self.context = context
    self.output = output
    lanes = try configurations.map { configuration in
      let source = try BatchSource(
        dataset, batchSize: configuration.batchSize, seed: configuration.seed)
      return Lane(
        trainer: Trainer(configuration, dataset: dataset, engine: engine),
        batches: Prefetcher(source, from: 0), batchesPerEpoch: source.batchesPerEpoch,
        writer: try RunWriter(configuration, context: context, in: output))
    }
  }

  /// Steps done.
  package var step: Int { lanes.first?.trainer.step ?? 0 }

  /// Whether there are no more steps.
  package var isOver: Bool {
    configurations.contains { step >= $0.schedule.iterations }
  }

  /// A step of every network.
  package func advance() throws {
    for index in lanes.indices {
      let (trainer, writer) = (lanes[index].trainer, lanes[index].writer)
      let observation = trainer.learn(from: lanes[index].batches.next())
      lanes[index].errors.note(observation.row)
      try writer.append(observation.row)
      try writer.append(observation.gradients)
      try writer.append(observation.responses)
      try writer.append(observation.blocks)
      if configurations[index].recording.evaluates(after: trainer.step, of: .max) {
        try evaluate(index)
      }
    }
  }

  /// Hands what happened so far to the system, where others can read it.
  package func flush() throws {
    for lane in lanes { try lane.writer.flush() }
  }

  private func evaluate(_ index: Int) throws {
    let trainer = lanes[index].trainer
    let row = EvaluationRow(
      step: trainer.step, epoch: Double(trainer.step) / Double(lanes[index].batchesPerEpoch),
      trainingError: lanes[index].errors.meanSinceEvaluation,
      evaluationError: trainer.evaluationError()
    ).recorded
    lanes[index].errors.note(row)
    lanes[index].lastEvaluation = trainer.step
    try lanes[index].writer.append(row)
  }

  /// Keeps the trainings so far as finished runs of another output folder: the runs of configurations that
  /// are of just so many steps, to the byte. They can go on afterwards.
  ///
  /// - Parameter shortened: The configurations of runs of so many steps, in order.
  package func keep(as shortened: [RunConfiguration], in kept: String) throws {
    precondition(
      shortened.map(\.schedule.iterations) == lanes.map(\.trainer.step),
      "runs of other lengths than were trained")
    let isEvaluated = lanes.map { $0.lastEvaluation == $0.trainer.step }
    try flush()
    for (index, configuration) in shortened.enumerated() {
      let trainer = lanes[index].trainer
      let record = try RunFolder("\(output)/runs/\(configurations[index].runName)").record()
      let writer = try RunWriter(configuration, context: context, in: kept)
      guard writer.saved == nil else {
        throw RecordError.changed(
          run: configuration.runName, difference: "the same was begun before and interrupted there")
      }
      try copy(StepRow.self, of: record, to: writer)
      try copy(EvaluationRow.self, of: record, to: writer)
      try copy(GradientRow.self, of: record, to: writer)
      try copy(ResponseRow.self, of: record, to: writer)
      try copy(BlockRow.self, of: record, to: writer)
      if !isEvaluated[index] {
        try writer.append(
          EvaluationRow(
            step: trainer.step, epoch: Double(trainer.step) / Double(lanes[index].batchesPerEpoch),
            trainingError: lanes[index].errors.meanSinceEvaluation,
            evaluationError: trainer.evaluationError()
          ).recorded)
      }
      try writer.save(trainer.state, step: trainer.step)
      try writer.finish(nil)
    }
  }

  private func copy<Row: RecordRow>(
    _ rows: Row.Type, of record: RunRecord, to writer: RunWriter
  ) throws {
    try record[rows].forEachStep { _, rows in try writer.append(rows) }
  }
}
