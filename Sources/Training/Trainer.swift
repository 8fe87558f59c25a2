import Architectures
package import Collective
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
  private let collective: any Collective
  /// Nil where mini-batches are in one piece.
  private let sharding: Sharding?
  /// Steps done.
  package private(set) var step = 0
  /// Whether the last loss was not finite.
  package private(set) var hasDiverged = false

  /// A run at its beginning.
  ///
  /// - Parameter collective: The ranks that train it together. Several of them need shards, as many as there are
  ///   ranks or more; what this one learns from is ``BatchSource`` of the `part` of the mini-batch that is its own.
  package init(
    _ configuration: RunConfiguration, dataset: PreparedDataset, engine: Engine,
    collective: any Collective = Alone()
  ) {
    precondition(configuration.shards != nil || collective.ranks == 1, "ranks without shards")
    self.configuration = configuration
    self.collective = collective
    sharding = configuration.shards.map { Sharding($0, on: collective) }
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
      for row in rows {
        warmUp.note(error: row.error)
        hasDiverged = !row.loss.isFinite
      }
    }
    step = saved.step
  }

  /// The images of each mini-batch that are this rank's own, by their places in it.
  package var part: Range<Int> {
    let own = sharding?.own ?? 0..<1
    return own.lowerBound * configuration.shardSize..<own.upperBound * configuration.shardSize
  }

  /// All ranks go on from where rank 0 is.
  package func followFirst() {
    guard collective.ranks > 1 else { return }
    var values = learner.stateValues
    collective.share(&values)
    learner.stateValues = values
    var numbers = [Double(step), hasDiverged ? 1 : 0] + warmUp.memory
    collective.share(&numbers)
    step = Int(numbers[0])
    hasDiverged = numbers[1] == 1
    warmUp.memory = Array(numbers.dropFirst(2))
  }

  /// Compares the state of all ranks, which should be one.
  package func requireEqualState() throws(RankDifference) {
    guard collective.ranks > 1 else { return }
    let different = collective.different(learner.fingerprint)
    guard different.isEmpty else {
      throw RankDifference(
        network: configuration.network.name, step: step, ranks: different)
    }
  }

  /// What one step has to tell.
  package struct Observation {
    package let row: StepRow
    /// Empty where the step is not one whose gradients are recorded.
    package let gradients: [GradientRow]
    package let responses: [ResponseRow]
    package let blocks: [BlockRow]
  }

  /// Learns from one mini-batch, or from this rank's part of it while the others do from theirs.
  package func learn(from batch: Batch) -> Observation {
    let schedule = configuration.schedule
    let isRecorded = configuration.recording.recordsGradients(
      at: step, of: schedule.iterations)
    let recorder = isRecorded ? GradientRecorder(step: step) : nil
    let rate = schedule.rate(at: step, warmedUp: warmUp.isOver)

    let outcome =
      if let sharding {
        learner.learn(
          from: batch.parts(sharding.own.count).map { (tensor($0), $0.labels) }, of: sharding,
          rate: rate, at: step, recorder: recorder)
      } else {
        learner.learn(
          from: tensor(batch), labels: batch.labels, rate: rate, at: step, probe: recorder)
      }

    let error = 100 * Double(outcome.errors) / Double(configuration.batchSize)
    let row = StepRow(step: step, loss: outcome.loss, error: error, learningRate: rate).recorded
    warmUp.note(error: row.error)
    hasDiverged = !row.loss.isFinite
    step += 1
    guard let recorder else {
      return Observation(row: row, gradients: [], responses: [], blocks: [])
    }
    let sizes = Dictionary(
      uniqueKeysWithValues: zip(learner.parameters.map(\.name), outcome.updates))
    return Observation(
      row: row,
      gradients: recorder.gradients(places: learner.network.places, updates: sizes)
        .map(\.recorded),
      responses: recorder.responses.map(\.recorded),
      blocks: recorder.blocks(of: learner.network.architecture).map(\.recorded))
  }

  /// The error on the held-out images, in percent, with the statistics gathered so far. Ranks share the work.
  package func evaluationError() -> Double {
    var found = [0, 0]
    let batches = dataset.evaluationBatches(size: configuration.batchSize)
    for (index, batch) in batches.enumerated()
    where index % collective.ranks == collective.rank {
      let flow = learner.network(tensor(batch), in: Pass(.evaluation))
      found[0] += CrossEntropy(flow.output, labels: batch.labels).errors
      found[1] += batch.labels.count
    }
    collective.combine(&found, by: +)
    return 100 * Double(found[0]) / Double(found[1])
  }

  /// The images as they enter the network.
  private func tensor(_ batch: Batch) -> Tensor {
    let shape = Shape(batch.labels.count, dataset.channels, dataset.height, dataset.width)
    return Tensor(batch.images, shape: shape, on: engine)
  }
}

/// Ranks that train one network no longer have the same weights.
package struct RankDifference: Error, Equatable, CustomStringConvertible {
  let network: String
  /// Steps done.
  let step: Int
  /// Those that differ from rank 0.
  let ranks: [Int]

  package var description: String {
    let list = ranks.map(String.init).joined(separator: ", ")
    return
      "After step \(step) the weights of \(network) on rank\(ranks.count == 1 ? "" : "s") \(list) are not "
      + "those of rank 0: the nodes do not compute alike. Take equal processors and libraries; the same command "
      + "continues from the state that was saved last."
  }
}
