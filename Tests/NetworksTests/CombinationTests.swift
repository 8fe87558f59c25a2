import Architectures
import Experiments
import Tensors
import Testing

@testable import Networks

/// Networks of eight layers for 3×8×8 images; PyTorch's gradients of all these are compared by
/// `.ci/against-pytorch.py`.
@Suite("Ways of joining shortcut and branch")
struct CombinationTests {
  private let engine: Engine
  private let images: Tensor
  private let labels: [Int32] = [0, 3, 6, 9]

  init() throws {
    engine = try Engine(threads: 2)
    var values: [Float] = []
    for index in 0..<(4 * 3 * 64) { values.append(Float((index * 7919) % 211) / 100 - 1) }
    images = Tensor(values, shape: Shape(4, 3, 8, 8), on: engine)
  }

  private func network(_ name: String) throws -> Network {
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = 4
    return Network(
      Architecture(configuration, channels: 3, height: 8, width: 8), seed: 5, on: engine)
  }

  /// Logits, and all gradients by the names of their parameters.
  private func passed(_ network: Network) -> (logits: [Float], gradients: [String: [Float]]) {
    let flow = network(images, in: Pass(.training))
    flow.pullback(CrossEntropy(flow.output, labels: labels).gradient)
    let gradients = network.parameters.map { ($0.name, $0.gradient?.values() ?? []) }
    return (flow.output.values(), Dictionary(uniqueKeysWithValues: gradients))
  }

  @Test("times one is the sum as it stands, to the bit")
  func one() throws {
    let (scaled, sum) = (passed(try network("resnet-8-scale1")), passed(try network("resnet-8")))
    #expect(scaled.logits == sum.logits && scaled.gradients == sum.gradients)
  }

  @Test("times zero is the plain twin, there and back")
  func zero() throws {
    let (scaled, plain) = (passed(try network("resnet-8-scale0")), passed(try network("plain-8")))
    #expect(scaled.logits == plain.logits)
    for (name, gradient) in plain.gradients {
      let found = try #require(scaled.gradients[name])
      let scale = gradient.map(abs).max() ?? 0
      #expect(zip(found, gradient).allSatisfy { abs($0 - $1) <= 1e-5 * scale }, "\(name)")
    }
  }

  @Test(
    "branches that begin at nothing leave a chain of shortcuts, whose branches learn only how much they count",
    arguments: [
      ("resnet-8-zerogamma", ".bn2.weight"), ("resnet-8-skipinit", ".alpha"),
      ("resnet-8-no-bn-fixup", ".conv2.weight"),
    ])
  func closed(name: String, opener: String) throws {
    let network = try network(name)
    let isFixup = name.hasSuffix("fixup")
    if isFixup {
      // Its classifier begins at zero as well, which nothing comes back from.
      let last = try #require(network.parameters.first { $0.name == "fc.weight" })
      last.value = Tensor(
        (0..<last.value.shape.count).map { Float($0 % 5) - 2 }, shape: last.value.shape, on: engine)
    }
    let gradients = passed(network).gradients
    for (name, gradient) in gradients where name.contains("layer") {
      let isZero = gradient.allSatisfy { $0 == 0 }
      if name.hasSuffix(opener) {
        #expect(!isZero, "\(name)")
      } else if name.hasSuffix(".conv1.weight") {
        #expect(isZero, "\(name)")
      }
    }
    #expect(gradients["conv1.weight"]?.contains { $0 != 0 } == true)
  }

  @Test("gates are nearly shut at first where their bias says so, and share what there is")
  func gates() throws {
    // Exclusive gates at −20 let nothing of the branches through, and all of the shortcuts.
    let shut = try passed(network("resnet-8-gate20"))
    let alone = try passed(network("resnet-8-zerogamma"))
    for (one, other) in zip(shut.logits, alone.logits) { #expect(abs(one - other) < 1e-4) }
    // Shortcut-only gates at −20 are the sum.
    let open = try passed(network("resnet-8-shortcutgate20"))
    let sum = try passed(network("resnet-8"))
    for (one, other) in zip(open.logits, sum.logits) { #expect(abs(one - other) < 1e-4) }
  }

  @Test("dropout draws the same at the same step, another at the next, and keeps the mean")
  func dropout() throws {
    let layer = Dropout("layer1.0.dropout", share: 0.25, seed: 3)
    let ones = Tensor(repeating: 1, shape: Shape(4, 8, 16, 16), on: engine)
    func drawn(_ step: Int) -> (values: [Float], back: [Float]) {
      let flow = layer(ones, in: Pass(.training, step: step))
      return (flow.output.values(), flow.pullback(ones).values())
    }
    let (first, again, other) = (drawn(7), drawn(7), drawn(8))
    #expect(first.values == again.values && first.values != other.values)
    #expect(first.back == first.values)
    #expect(Set(first.values) == [0, 1 / 0.75])
    let mean = first.values.reduce(0, +) / Float(first.values.count)
    #expect(abs(mean - 1) < 0.05)
    #expect(layer(ones, in: Pass(.evaluation)).output.values().allSatisfy { $0 == 1 })
  }

  @Test("orders of a block's layers have their parameters, and a nonlinearity where they say")
  func orders() throws {
    func kinds(_ name: String) throws -> [LayerRow.Kind] {
      let layers = try network(name).architecture.layers.filter { $0.stage == 1 }
      return layers.map(\.kind)
    }
    typealias Kinds = [LayerRow.Kind]
    let (c, n, a, s): (LayerRow.Kind, LayerRow.Kind, LayerRow.Kind, LayerRow.Kind) = (
      .convolution, .batchNormalization, .activation, .addition
    )
    #expect(try kinds("resnet-8") == [c, n, a, c, n, s, a] as Kinds)
    #expect(try kinds("resnet-8-bnafter") == [c, n, a, c, s, n, a] as Kinds)
    #expect(try kinds("resnet-8-relubefore") == [c, n, a, c, n, a, s] as Kinds)
    #expect(try kinds("resnet-8-relufirst") == [a, c, n, a, c, n, s] as Kinds)
    #expect(try kinds("resnet-8-preact") == [n, a, c, n, a, c, s] as Kinds)
  }
}

@Suite("Weights that keep what goes through")
struct KeepingWeightTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 1) }

  @Test("the identity is one")
  func identity() {
    let weights = Initialization.identity.weights(
      "c", shape: Shape(5, 5, 3, 3), seed: 0, on: engine)
    let image = Tensor(
      (0..<(2 * 5 * 36)).map { Float($0 % 17) - 8 }, shape: Shape(2, 5, 6, 6), on: engine)
    let output = convolution(image, weights: weights, bias: nil, stride: 1, padding: 1)
    #expect(output.values() == image.values())
    let wider = Initialization.identity.weights(
      "c", shape: Shape(8, 4, 3, 3), seed: 0, on: engine)
    #expect(
      wider.values()
        == Initialization.he.weights("c", shape: Shape(8, 4, 3, 3), seed: 0, on: engine).values())
  }

  @Test(
    "delta-orthogonal filters keep the length of every vector that is not shortened by rank",
    arguments: [(6, 4), (4, 4), (3, 7)])
  func orthogonal(outputs: Int, inputs: Int) {
    let weights = Initialization.deltaOrthogonal.weights(
      "c", shape: Shape(outputs, inputs, 3, 3), seed: 2, on: engine
    ).values()
    func middle(_ output: Int, _ input: Int) -> Double {
      Double(weights[(output * inputs + input) * 9 + 4])
    }
    #expect(weights.count { $0 != 0 } == outputs * inputs)
    let few = min(outputs, inputs)
    for one in 0..<few {
      for other in 0..<few {
        let product = (0..<max(outputs, inputs)).reduce(0.0) { sum, place in
          outputs >= inputs
            ? sum + middle(place, one) * middle(place, other)
            : sum + middle(one, place) * middle(other, place)
        }
        #expect(abs(product - (one == other ? 1 : 0)) < 1e-6)
      }
    }
  }
}
