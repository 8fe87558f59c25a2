import Architectures
import Experiments
import Testing

@testable import Networks
@testable import Tensors

@Suite("What a pass holds in memory")
struct MemoryTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  private func network(_ name: String) throws -> Network {
    Network(
      Architecture(try NetworkConfiguration(named: name), channels: 3, height: 16), on: engine)
  }

  /// What is on loan beside the weights after a pass there, and after the way back.
  private func held(
    _ name: String, batch: Int = 4, probe: (any GradientProbe)? = nil
  ) throws -> (there: Int, back: Int) {
    let network = try network(name)
    let images = tensor("images", Shape(batch, 3, 16, 16), engine)
    let before = engine.pool.liveBytes
    let flow = network(images, in: Pass(.training, probe: probe))
    let there = engine.pool.liveBytes - before
    let labels = (0..<batch).map { Int32($0 % 10) }
    flow.pullback(CrossEntropy(flow.output, labels: labels).gradient)
    return withExtendedLifetime(flow) { (there, engine.pool.liveBytes - before) }
  }

  @Test("a step allocates no more than the one before", arguments: ["plain-20", "resnet-20"])
  func steps(name: String) throws {
    let network = try network(name)
    let images = tensor("images", Shape(4, 3, 16, 16), engine)
    func step() -> ([UnsafeMutableRawPointer], Int) {
      let flow = network(images, in: Pass(.training))
      flow.pullback(CrossEntropy(flow.output, labels: [0, 1, 2, 3]).gradient)
      return (engine.pool.blocks, engine.peakTensorBytes)
    }
    _ = step()
    let (blocks, bytes) = step()
    let again = step()
    #expect(again.0 == blocks && again.1 == bytes)
  }

  @Test("a layer keeps its response for the way back, and not its normalized output beside it")
  func normalized() throws {
    // Six layers more in each of three stages, each with half as many numbers as the one before.
    let response = 4 * 16 * 16 * 16 * 4
    let expected = 6 * (response + response / 2 + response / 4)
    for probe in [nil, BlockLog()] {
      let shallow = try held("plain-20", probe: probe).there
      let deep = try held("plain-38", probe: probe).there
      // Where ReLU let nothing through is noted in a byte for each number or less.
      let growth = Double(deep - shallow) / Double(expected)
      #expect((1...1.4).contains(growth), "\(growth)")
    }
  }

  @Test("the way back lets go of what it has used: gradients of weights stay")
  func released() throws {
    // Many images, so that weights are a small part.
    let (there, back) = try held("plain-20", batch: 64)
    #expect(there > 0 && back < there / 4, "\(back) of \(there)")
  }
}
