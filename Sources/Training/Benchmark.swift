package import Architectures
package import Collective
import Experiments
import Networks
import Platform
import Randomness
import Records
package import Tensors

/// Times the training steps of a network on random images.
package struct Benchmark {
  package let architecture: Architecture
  package let batchSize: Int
  /// Timed steps, after three that are not.
  package let steps: Int
  package let recording: Recording
  /// Into how many each mini-batch is cut; nil leaves it whole.
  package let shards: Int?

  /// What is recorded at each step.
  package enum Recording: String, CaseIterable, Sendable {
    case none
    /// The gradients of the weights.
    case weights
    /// Those, the gradients that reach each layer's output, responses, and what passes blocks: what
    /// runs record.
    case full
  }

  package struct Result: Sendable {
    package let medianStepSeconds: Double
    package let minimumStepSeconds: Double
    /// Norms of gradients recorded in one step, of layers and of blocks.
    package let recordedNorms: Int
    /// The largest resident memory of the process so far.
    package let peakMemoryBytes: Int
    /// What this rank told others in a step, on average; nil of one rank.
    package let traffic: Traffic?
    /// Floating-point operations of one step.
    package let operations: Double
    /// Operations per second of one large 3×3 convolution on this machine, multiplication by
    /// multiplication, the best of several.
    package let convolutionRate: Double

    /// The time that a step's operations would take at that rate ÷ the median step's time. Winograd's
    /// algorithm saves operations, so this can exceed 1.
    package var shareOfLimit: Double { operations / convolutionRate / medianStepSeconds }
  }

  package init(
    _ architecture: Architecture, batchSize: Int, steps: Int, recording: Recording,
    shards: Int? = nil
  ) {
    precondition(batchSize >= 1 && steps >= 1, "\(steps) steps of \(batchSize) images")
    precondition(batchSize % (shards ?? 1) == 0, "\(batchSize) images in equal shards")
    self.shards = shards
    self.architecture = architecture
    self.batchSize = batchSize
    self.steps = steps
    self.recording = recording
  }

  static let untimedSteps = 3

  /// Runs the steps; `report` is told after each how many of how many are done. Several ranks, as many as there
  /// are shards or fewer, share the work.
  package func measure(
    on engine: Engine, _ collective: any Collective = Alone(),
    report: (Int, Int) -> Void = { _, _ in }
  ) throws(EngineError) -> Result {
    var learner = Learner(
      Network(architecture, on: engine), optimizer: OptimizerConfiguration())
    var random = SeededGenerator(seed: 0, stream: "benchmark")
    let metered = Metered(collective)
    let sharding = shards.map { Sharding($0, on: metered) }
    let size = batchSize / (shards ?? 1)
    let shape = Shape([size] + architecture.input.dimensions)
    let images = random.normals(shape.count, deviation: 1)
    let labels = (0..<size).map { Int32($0 % architecture.classes) }
    var traffic = Traffic()
    let clock = ContinuousClock()
    var seconds: [Double] = []
    var recordedNorms = 0
    for step in 0..<(steps + Self.untimedSteps) {
      let start = clock.now
      let recorder =
        recording == .none ? nil : GradientRecorder(step: step, outputs: recording == .full)
      if step == Self.untimedSteps { traffic = metered.traffic }
      let outcome: Learner.Outcome
      if let sharding {
        let parts = sharding.own.map { _ in (Tensor(images, shape: shape, on: engine), labels) }
        outcome = learner.learn(
          from: parts, of: sharding, rate: 0.1, at: 0, recorder: recorder)
      } else {
        outcome = learner.learn(
          from: Tensor(images, shape: shape, on: engine), labels: labels, rate: 0.1, at: 0,
          probe: recorder)
      }
      if let recorder {
        let sizes = Dictionary(
          uniqueKeysWithValues: zip(learner.parameters.map(\.name), outcome.updates))
        recordedNorms =
          recorder.gradients(places: learner.network.places, updates: sizes).count
          + (recording == .full
            ? recorder.blocks(of: architecture).map(\.norms.count).reduce(0, +) : 0)
      }
      if step >= Self.untimedSteps { seconds.append((clock.now - start) / .seconds(1)) }
      report(step + 1, steps + Self.untimedSteps)
    }
    seconds.sort()
    return Result(
      medianStepSeconds: (seconds[steps / 2] + seconds[(steps - 1) / 2]) / 2,
      minimumStepSeconds: seconds[0], recordedNorms: recordedNorms,
      peakMemoryBytes: peakResidentBytes(),
      traffic: collective.ranks > 1 ? metered.traffic.perStep(of: steps, since: traffic) : nil,
      operations: OperationCount(architecture).perTrainedImage * Double(batchSize),
      convolutionRate: convolutionRate(
        on: try Engine(threads: engine.threads, convolutions: .direct)))
  }
}

/// Operations per second of a convolution of 64 channels with as many 3×3 filters, on images of
/// 32×32 pixels.
private func convolutionRate(on engine: Engine) -> Double {
  let images = Tensor(repeating: 1, shape: Shape(32, 64, 32, 32), on: engine)
  let weights = Tensor(repeating: 1e-3, shape: Shape(64, 64, 3, 3), on: engine)
  var input = images
  let clock = ContinuousClock()
  var best = Double.infinity
  for _ in 0..<10 {
    let time = clock.measure { input = convolution(input, weights: weights, padding: 1) }
    best = min(best, time / .seconds(1))
  }
  return 2 * Double(images.shape.count * 64 * 9) / best
}

extension BlockRow {
  /// Those of its gradients: through a plain block there is one road.
  fileprivate var norms: [Double] {
    [gradientAtSum, gradientThroughBranch] + [gradientThroughShortcut].compactMap(\.self)
  }
}

extension Traffic {
  fileprivate func perStep(of steps: Int, since before: Traffic) -> Traffic {
    var mean = Traffic()
    mean.messages = (messages - before.messages) / steps
    mean.sentBytes = (sentBytes - before.sentBytes) / steps
    mean.seconds = (seconds - before.seconds) / Double(steps)
    return mean
  }
}
