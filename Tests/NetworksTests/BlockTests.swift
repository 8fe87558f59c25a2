import Architectures
import Experiments
import Randomness
import Tensors
import Testing

@testable import Networks

/// Notes what blocks tell.
final class BlockLog: GradientProbe {
  private(set) var told: [String: [BlockQuantity: Double]] = [:]

  func observe(response: Response, of layer: LayerPlace) {}
  func observe(outputGradient: Tensor, of layer: LayerPlace) {}
  func observe(weightGradient: Tensor, of layer: LayerPlace) {}
  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {
    told[block.name, default: [:]][quantity] = value
  }
}

@Suite("The two roads of a block")
struct BlockTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  /// Passes six images of noise there and back.
  private func pass(
    _ name: String, width: Int = 4, side: Int = 16, probe: (any GradientProbe)?
  ) throws -> Network {
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = width
    let network = Network(
      Architecture(configuration, channels: 3, height: side, classes: 10), on: engine)
    var random = SeededGenerator(seed: 3, stream: "images")
    let shape = Shape(6, 3, side, side)
    let flow = network(
      Tensor(random.normals(shape.count, deviation: 1), shape: shape, on: engine),
      in: Pass(.training, probe: probe))
    flow.pullback(CrossEntropy(flow.output, labels: [0, 1, 2, 3, 4, 5]).gradient)
    return network
  }

  @Test(
    "every block of every family tells everything, plain ones nothing of a shortcut",
    arguments: [
      "plain-20", "plain-20-no-bn-tanh", "resnet-20", "resnet-20-B", "resnet-20-C-preact",
      "resnet-20-no-bn", "resnet-20-sigmoid", "plain-18", "resnet-50", "resnet-50-v1.5",
      "notes-resnet-18",
    ])
  func complete(name: String) throws {
    let log = BlockLog()
    let network = try pass(name, side: 32, probe: log)
    let isPlain = network.architecture.configuration.kind == .plain
    #expect(log.told.count == network.architecture.blocks.count)
    for block in network.architecture.blocks {
      let told = try #require(log.told[block.name])
      var expected = Set(BlockQuantity.allCases)
      if isPlain { expected.subtract([.branch, .gradientThroughShortcut, .gradientCosine]) }
      #expect(Set(told.keys) == expected, "\(block.name)")
      let isTold = told.values.allSatisfy { $0.isFinite }
      #expect(isTold, "\(block.name)")
    }
  }

  @Test(
    "a residual block tells what its roads give when each is walked alone, and they add up",
    arguments: [
      "resnet-8", "resnet-8-B", "resnet-8-C", "resnet-8-preact", "resnet-8-no-bn-tanh",
      "resnet-8-sigmoid", "resnet-50",
    ])
  func roads(name: String) throws {
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = 4
    for shape in Architecture(configuration, height: 16).blocks.prefix(4) {
      guard
        case .convolution(let first)? = shape.branch.first(where: {
          if case .convolution = $0 { true } else { false }
        })
      else { continue }
      var builder = NetworkBuilder(seed: 1, on: engine)
      let block = builder.residualBlock(shape)
      let x = tensor("x", Shape(3, first.inputs, 6, 6), engine)
      let log = BlockLog()
      let flow = block(x, in: Pass(.training, probe: log))
      let g = tensor("g", flow.output.shape, engine)
      let whole = flow.pullback(g).values()

      let inner = block.branch(x, in: Pass(.training))
      let around = block.shortcut(x, in: Pass(.training))
      let sum = zip(inner.output.values(), around.output.values()).map(+)
      let atSum = zip(g.values(), zip(sum, flow.output.values())).map { g, value -> Float in
        switch block.activation {
        case nil: g
        case .relu?: value.0 > 0 ? g : 0
        case .tanh?: g * (1 - value.1 * value.1)
        case .sigmoid?: g * value.1 * (1 - value.1)
        }
      }
      let gradient = Tensor(atSum, shape: g.shape, on: engine)
      let a = around.pullback(gradient).values()
      let b = inner.pullback(gradient).values()
      let expected: [BlockQuantity: Double] = [
        .input: rms(x.values()), .branch: rms(inner.output.values()),
        .output: rms(flow.output.values()), .gradientAtSum: norm(atSum),
        .gradientThroughShortcut: norm(a), .gradientThroughBranch: norm(b),
        .gradientCosine: zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } / norm(a)
          / norm(b),
      ]
      let told = try #require(log.told[shape.name])
      for (quantity, value) in expected {
        let found = try #require(told[quantity])
        #expect(abs(found - value) < 1e-4 * max(1, abs(value)), "\(shape.name), \(quantity)")
      }
      let (shortcut, branch) = (expected[.gradientThroughShortcut] ?? 0, norm(b))
      let squares =
        shortcut * shortcut + branch * branch
        + 2 * shortcut * branch * (told[.gradientCosine] ?? .nan)
      #expect(abs(squares.squareRoot() / norm(whole) - 1) < 1e-5, "\(shape.name)")
    }
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func rms(_ values: [Float]) -> Double {
    norm(values) / Double(values.count).squareRoot()
  }

  @Test(
    "a plain block tells the gradient behind and before it",
    arguments: ["plain-8", "plain-8-no-bn", "plain-8-tanh"])
  func plain(name: String) throws {
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = 4
    let block = Architecture(configuration, height: 8).blocks[1]
    var builder = NetworkBuilder(seed: 1, on: engine)
    let chain = Chain(builder.layers([.block(block)]))
    let x = tensor("x", Shape(3, 4, 6, 6), engine)
    let log = BlockLog()
    let flow = chain(x, in: Pass(.training, probe: log))
    let g = tensor("g", flow.output.shape, engine)
    let back = flow.pullback(g).values()
    let slope: (Float) -> Float = name.hasSuffix("tanh") ? { 1 - $0 * $0 } : { $0 > 0 ? 1 : 0 }
    let expected: [BlockQuantity: Double] = [
      .input: rms(x.values()), .output: rms(flow.output.values()),
      .gradientAtSum: norm(zip(g.values(), flow.output.values()).map { $0 * slope($1) }),
      .gradientThroughBranch: norm(back),
    ]
    let told = try #require(log.told[block.name])
    #expect(Set(told.keys) == Set(expected.keys))
    for (quantity, value) in expected {
      #expect(abs((told[quantity] ?? .nan) / value - 1) < 1e-5, "\(quantity)")
    }
  }

  @Test("a network without blocks tells of none")
  func vgg() throws {
    let log = BlockLog()
    _ = try pass("vgg-16-bn", side: 32, probe: log)
    #expect(log.told.isEmpty)
  }

  @Test(
    "the output of a block is the input of the next",
    arguments: ["plain-20", "plain-20-no-bn", "resnet-20", "resnet-20-preact", "resnet-20-tanh"])
  func chained(name: String) throws {
    let log = BlockLog()
    let blocks = try pass(name, probe: log).architecture.blocks.map { log.told[$0.name] ?? [:] }
    for (block, next) in zip(blocks, blocks.dropFirst()) {
      let (output, input) = (try #require(block[.output]), try #require(next[.input]))
      #expect(abs(output / input - 1) < 1e-9)
    }
  }

  @Test(
    "who looks on changes no bit", arguments: ["plain-20", "plain-20-no-bn-tanh", "resnet-20-B"])
  func unchanged(name: String) throws {
    let (seen, alone) = (try pass(name, probe: BlockLog()), try pass(name, probe: nil))
    for (one, other) in zip(seen.parameters, alone.parameters) {
      let gradients = (try #require(one.gradient), try #require(other.gradient))
      #expect(gradients.0.values() == gradients.1.values())
    }
  }
}
