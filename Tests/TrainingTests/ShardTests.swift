import Architectures
import Collective
import Datasets
import Experiments
import Networks
import Records
import Tensors
import Testing

@testable import Training

@Suite("Mini-batches in shards")
struct ShardTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 1) }

  private func run(_ name: String) throws -> RunConfiguration {
    var run = smallRun()
    run.network = try NetworkConfiguration(named: name)
    run.network.width = 4
    run.initialization = .xavier
    return run
  }

  private func batch(of run: RunConfiguration) throws -> Batch {
    let images = try PreparedDataset.load(run.dataset, from: nil)
    return try BatchSource(images, batchSize: run.batchSize, seed: 0).batch(0)
  }

  private func learner(_ run: RunConfiguration) -> Learner {
    Learner(
      Network(Architecture(run), initialization: run.initialization, on: engine),
      optimizer: run.optimizer)
  }

  private func tensor(_ batch: Batch) -> Tensor {
    Tensor(batch.images, shape: Shape(batch.labels.count, 1, 8, 8), on: engine)
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  /// A step of a learner in so many shards, or in one piece, and what was seen.
  private func step(
    _ learner: inout Learner, _ batch: Batch, shards: Int?
  ) -> (outcome: Learner.Outcome, recorder: GradientRecorder) {
    let recorder = GradientRecorder(step: 0)
    guard let shards else {
      let outcome = learner.learn(
        from: tensor(batch), labels: batch.labels, rate: 0.1, at: 0, probe: recorder)
      return (outcome, recorder)
    }
    let outcome = learner.learn(
      from: batch.parts(shards).map { (tensor($0), $0.labels) },
      of: Sharding(shards, on: Alone()), rate: 0.1, at: 0, recorder: recorder)
    return (outcome, recorder)
  }

  @Test(
    "without normalization they change nothing but rounding: gradients, loss, all that is recorded",
    arguments: [
      "plain-8-no-bn-tanh", "resnet-8-no-bn-tanh", "resnet-8-B-no-bn-tanh", "resnet-8-no-bn-fixup",
      "resnet-8-gate2-no-bn", "resnet-8-dropout0.5-no-bn",
    ], [2, 8])
  func unnormalized(name: String, shards: Int) throws {
    let run = try run(name)
    let batch = try batch(of: run)
    var (whole, cut) = (learner(run), learner(run))
    let (expected, recorded) = step(&whole, batch, shards: nil)
    let (found, seen) = step(&cut, batch, shards: shards)
    #expect(abs(found.loss - expected.loss) < 1e-6 && found.errors == expected.errors)
    for (one, other) in zip(whole.parameters, cut.parameters) {
      let gradients = [one, other].map { $0.gradient?.values() ?? [] }
      let difference = norm(zip(gradients[0], gradients[1]).map { $0 - $1 })
      #expect(difference <= 1e-5 * norm(gradients[0]) + 1e-9, "\(one.name)")
    }
    func isNear(_ one: Double?, _ other: Double?) -> Bool {
      guard let one, let other else { return one == nil && other == nil }
      return one.isNaN && other.isNaN || abs(one - other) <= 1e-4 * abs(one) + 1e-7
    }
    let places = whole.network.places
    let rows = [recorded, seen].map { $0.gradients(places: places, updates: [:]) }
    #expect(rows[0].count == 2 * places.count && rows[0].count == rows[1].count)
    for (one, other) in zip(rows[0], rows[1]) {
      #expect(one.layer == other.layer && one.kind == other.kind)
      #expect(isNear(one.l2, other.l2) && isNear(one.rms, other.rms), "\(one) \(other)")
      #expect(isNear(one.maximum, other.maximum), "\(one) \(other)")
      #expect(isNear(one.zeroFraction, other.zeroFraction), "\(one) \(other)")
    }
    #expect(recorded.responses.map(\.layer) == seen.responses.map(\.layer))
    for (one, other) in zip(recorded.responses, seen.responses) {
      #expect(isNear(one.deviation, other.deviation) && abs(one.mean - other.mean) < 1e-5)
    }
    let blocks = [recorded, seen].map { $0.blocks(of: whole.network.architecture) }
    for (one, other) in zip(blocks[0], blocks[1]) {
      let pairs: [(Double?, Double?)] = [
        (one.gradientAtSum, other.gradientAtSum), (one.inputRMS, other.inputRMS),
        (one.gradientThroughShortcut, other.gradientThroughShortcut),
        (one.gradientThroughBranch, other.gradientThroughBranch),
        (one.branchRMS, other.branchRMS), (one.outputRMS, other.outputRMS),
      ]
      for pair in pairs { #expect(isNear(pair.0, pair.1), "\(one) \(other)") }
      // Fixup's branches begin with nothing on their way back, which has no angle.
      #expect(isNear(one.gradientCosine, other.gradientCosine), "\(one) \(other)")
    }
    #expect(blocks[0].count == 3)
  }

  @Test(
    "with normalization gradients are the mean of those of the shards alone, to the bit",
    arguments: ["plain-8", "resnet-8", "resnet-8-preact", "resnet-8-B"])
  func normalized(name: String) throws {
    let run = try run(name)
    let batch = try batch(of: run)
    var cut = learner(run)
    let (found, _) = step(&cut, batch, shards: 4)
    // Each shard as a mini-batch of its own.
    let alone = batch.parts(4).map { part in
      let network = Network(Architecture(run), initialization: run.initialization, on: engine)
      let flow = network(tensor(part), in: Pass(.training))
      let result = CrossEntropy(flow.output, labels: part.labels)
      flow.pullback(result.gradient)
      return (network: network, result: result)
    }
    #expect(found.loss == alone.map(\.result.loss).reduce(0, +) / 4)
    for (index, parameter) in cut.parameters.enumerated() {
      let parts = alone.map { $0.network.parameters[index].gradient?.values() ?? [] }
      let mean = parts[0].indices.map { place in
        ((parts[0][place] + parts[1][place]) + (parts[2][place] + parts[3][place])) / 4
      }
      #expect(parameter.gradient?.values() == mean, "\(parameter.name)")
    }
    // Running statistics are linear in those of the mini-batch.
    for (index, one) in cut.network.statistics.enumerated() {
      for path in [\RunningStatistics.mean, \RunningStatistics.variance] {
        let parts = alone.map { $0.network.statistics[index][keyPath: path].values() }
        for (channel, value) in one[keyPath: path].values().enumerated() {
          let mean = parts.reduce(0) { $0 + $1[channel] } / 4
          #expect(abs(value - mean) < 1e-6 * (1 + abs(mean)), "\(one.meanName)")
        }
      }
    }
  }

  @Test("runs without them are named and written as before")
  func names() throws {
    let whole = smallRun()
    var run = whole
    let setting = try Setting.named("shards")
    #expect(setting.value(in: run) == "1")
    try setting.set("1", in: &run)
    #expect(run == whole)
    // As the records of the quickstart are named.
    let quickstart = try #require(Experiment.named("quickstart")?.plans[0].runs(ofSeed: 0))
    #expect(quickstart.contains { $0.runName == "plain-56-fashion-mnist-s0-5c3944dd" })
    try setting.set("8", in: &run)
    #expect(run.runName != whole.runName && setting.value(in: run) == "8" && run.problem == nil)
    #expect(run.shardSize == 2)
    run.shards = 32
    #expect(run.problem?.contains("16 cannot be cut into 32") == true)
    run.shards = 3
    #expect(run.problem?.contains("power of two") == true)
  }
}
