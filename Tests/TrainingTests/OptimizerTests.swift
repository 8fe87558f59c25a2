import Architectures
import Datasets
import Experiments
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Changed steps")
struct OptimizerTests {
  private let engine: Engine
  private let run: RunConfiguration

  init() throws {
    engine = try Engine(threads: 2)
    var run = smallRun(steps: 4)
    run.network = try NetworkConfiguration(named: "plain-8")
    run.network.width = 4
    self.run = run
  }

  private func learner(_ change: (inout OptimizerConfiguration) -> Void) -> Learner {
    var optimizer = OptimizerConfiguration(weightDecay: 0)
    change(&optimizer)
    return Learner(Network(Architecture(run), on: engine), optimizer: optimizer)
  }

  private func learn(_ learner: inout Learner, steps: Int, rate: Double) throws -> [Double] {
    let images = try PreparedDataset.load(run.dataset, from: nil)
    let source = try BatchSource(images, batchSize: 16, seed: 0)
    return (0..<steps).map { step in
      let batch = source.batch(step)
      return learner.learn(
        from: Tensor(batch.images, shape: Shape(16, 1, 8, 8), on: engine), labels: batch.labels,
        rate: rate, at: step, probe: nil
      ).loss
    }
  }

  private func update(_ learner: Learner) -> Double {
    learner.optimizer.velocities.reduce(0) { $0 + $1.summary().sumOfSquares }.squareRoot()
  }

  @Test("weights or images that are no numbers have no loss, though max(nan, 0) may be 0")
  func noNumbers() throws {
    for value in [Float.nan, .infinity] {
      var broken = learner { _ in }
      let weights = broken.parameters[0].value
      broken.parameters[0].value = Tensor(repeating: value, shape: weights.shape, on: engine)
      #expect(try learn(&broken, steps: 2, rate: 0).allSatisfy(\.isNaN))
      let whole = learner { _ in }
      for (network, pixel) in [(broken.network, Float(0)), (whole.network, value)] {
        let images = Tensor(repeating: pixel, shape: Shape(2, 1, 8, 8), on: engine)
        #expect(probe(network, images: images, labels: [0, 1]).loss.isNaN)
      }
    }
  }

  @Test("clipping makes a step as long as it may be, and leaves shorter ones alone")
  func clipping() throws {
    var (free, tight, wide) = (
      learner { _ in }, learner { $0.clipping = 0.01 }, learner { $0.clipping = 1e6 }
    )
    _ = try learn(&free, steps: 1, rate: 0.5)
    _ = try learn(&tight, steps: 1, rate: 0.5)
    _ = try learn(&wide, steps: 1, rate: 0.5)
    #expect(update(free) > 0.01)
    #expect(abs(update(tight) - 0.5 * 0.01) < 1e-6)
    #expect(update(wide) == update(free))
    // The direction stays.
    let (one, other) = (
      free.optimizer.velocities[0].values(), tight.optimizer.velocities[0].values()
    )
    let factor = Float(update(tight) / update(free))
    #expect(zip(one, other).allSatisfy { abs($0 * factor - $1) <= 1e-5 * abs($1) + 1e-9 })
  }

  @Test("kept norms stay, and what the network computes is as if they had not been touched")
  func norms() throws {
    func norms(_ learner: Learner) -> [Double] {
      learner.parameters.filter {
        $0.name.hasSuffix("conv1.weight") || $0.name.hasSuffix("conv2.weight")
      }
      .map { $0.value.summary().l2 }
    }
    var (free, kept) = (
      learner { $0.momentum = 0 },
      learner {
        $0.momentum = 0; $0.keepsNorms = true
      }
    )
    let before = norms(kept)
    #expect(before.count == 7)
    let freeLosses = try learn(&free, steps: 2, rate: 0.1)
    let keptLosses = try learn(&kept, steps: 2, rate: 0.1)
    for (one, other) in zip(before, norms(kept)) { #expect(abs(one / other - 1) < 1e-5) }
    #expect(zip(before, norms(free)).allSatisfy { $1 > $0 * 1.0001 })
    // After one step the weights differ in their lengths alone.
    #expect(freeLosses[0] == keptLosses[0] && abs(freeLosses[1] - keptLosses[1]) < 1e-3)
  }
}
