import Architectures
package import Datasets
package import Experiments
import Networks
package import Records
package import Tensors

/// One run under way: a network, its optimizer, and the images it learns from.
package final class Trainer {
  package let configuration: RunConfiguration
  private let engine: Engine
  private let dataset: PreparedDataset
  private var learner: Learner
  private var warmUp: WarmUpRule
  /// Steps done.
  package private(set) var step = 0

  /// A run at its beginning.
  package init(_ configuration: RunConfiguration, dataset: PreparedDataset, engine: Engine) {
    self.configuration = configuration
    self.engine = engine
    self.dataset = dataset
    let architecture = Architecture(
      configuration.network, channels: dataset.channels, height: dataset.height,
      width: dataset.width, classes: dataset.classes)
    learner = Learner(
      Network(
        architecture, initialization: configuration.initialization, seed: configuration.seed,
        on: engine), optimizer: configuration.optimizer)
    warmUp = WarmUpRule(configuration.schedule)
  }

  /// What is needed to continue from here, beside the errors of the steps so far.
  package var state: [NamedArray] { learner.state }

  /// Goes on where an earlier training saved its state. The warm-up is followed through its errors
  /// again.
  package func restore(_ saved: SavedRun) throws {
    try learner.restore(try SafetensorsFile(saved.path))
    saved.steps.forEachStep { _, rows in
      for row in rows { warmUp.note(error: row.error) }
    }
    step = saved.step
  }

  /// What one step has to tell.
  package struct Observation {
    package let row: StepRow
    /// Empty where the step is not one whose gradients are recorded.
    package let gradients: [GradientRow]
    package let responses: [ResponseRow]
    package let blocks: [BlockRow]
  }

  /// Learns from one mini-batch.
  package func learn(from batch: Batch) -> Observation {
    let schedule = configuration.schedule
    let isRecorded = configuration.recording.recordsGradients(
      at: step, of: schedule.iterations)
    let recorder = isRecorded ? GradientRecorder(step: step) : nil
    let rate = schedule.rate(at: step, warmedUp: warmUp.isOver)

    let (result, updates) = learner.learn(
      from: tensor(batch), labels: batch.labels, rate: rate, at: step, probe: recorder)

    let error = 100 * Double(result.errors) / Double(batch.labels.count)
    let row = StepRow(step: step, loss: result.loss, error: error, learningRate: rate).recorded
    warmUp.note(error: row.error)
    step += 1
    guard let recorder else {
      return Observation(row: row, gradients: [], responses: [], blocks: [])
    }
    let sizes = Dictionary(
      uniqueKeysWithValues: zip(learner.parameters.map(\.name), updates))
    return Observation(
      row: row,
      gradients: recorder.gradients(places: learner.network.places, updates: sizes)
        .map(\.recorded),
      responses: recorder.responses.map(\.recorded),
      blocks: recorder.blocks(of: learner.network.architecture).map(\.recorded))
  }

  /// The error on the held-out images, in percent, with the statistics gathered so far.
  package func evaluationError() -> Double {
    var errors = 0
    var count = 0
    for batch in dataset.evaluationBatches(size: configuration.batchSize) {
      let flow = learner.network(tensor(batch), in: Pass(.evaluation))
      errors += CrossEntropy(flow.output, labels: batch.labels).errors
      count += batch.labels.count
    }
    return 100 * Double(errors) / Double(count)
  }

  private func tensor(_ batch: Batch) -> Tensor {
    let shape = Shape(batch.labels.count, dataset.channels, dataset.height, dataset.width)
    return Tensor(batch.images, shape: shape, on: engine)
  }
}
