import Experiments
import Tensors
import Testing

@testable import Architectures
@testable import Networks

private func network(
  _ kind: NetworkConfiguration.Kind, depth: Int, width: Int = 16, channels: Int = 3,
  seed: UInt64 = 0, normalization: Normalization = .batch, on engine: Engine
) -> Network {
  var configuration = NetworkConfiguration(kind, depth: depth, width: width)
  configuration.normalization = normalization
  return Network(Architecture(configuration, channels: channels), seed: seed, on: engine)
}

@Suite("The CIFAR family")
struct FamilyTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test(
    "plain and residual networks have exactly the paper's parameters",
    arguments: [
      (20, 269_722), (32, 464_154), (44, 658_586), (56, 853_018), (110, 1_727_962),
    ])
  func parameters(depth: Int, count: Int) {
    for kind in NetworkConfiguration.Kind.allCases {
      let network = network(kind, depth: depth, on: engine)
      #expect(network.parameters.reduce(0) { $0 + $1.value.shape.count } == count)
      #expect(network.places.map(\.index) == Array(1...depth))
      #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
    }
  }

  @Test("stages have equally many layers between the first convolution and the classifier")
  func stages() {
    let places = network(.residual, depth: 20, on: engine).places
    let stages = Dictionary(grouping: places, by: \.stage).mapValues(\.count)
    #expect(stages == [0: 1, 1: 6, 2: 6, 3: 6, 4: 1])
    #expect(places[7].name == "layer2.0.conv1" && places[19].name == "fc")
  }

  @Test("twins share every initial weight; another seed shares none")
  func twins() {
    let plain = network(.plain, depth: 20, width: 8, on: engine).parameters
    let residual = network(.residual, depth: 20, width: 8, on: engine).parameters
    let other = network(.plain, depth: 20, width: 8, seed: 1, on: engine).parameters
    for (index, parameter) in plain.enumerated() {
      #expect(parameter.name == residual[index].name)
      #expect(parameter.value.values() == residual[index].value.values())
      if parameter.value.shape.rank > 1 {
        #expect(parameter.value.values() != other[index].value.values())
      }
    }
  }

  @Test(
    "odd images and odd widths go there and back",
    arguments: NetworkConfiguration.Kind.allCases, [5, 8])
  func oddShapes(kind: NetworkConfiguration.Kind, width: Int) throws {
    for normalization in Normalization.allCases {
      let network = network(
        kind, depth: 8, width: width, channels: 1, normalization: normalization, on: engine)
      let flow = network(
        tensor("images", Shape(3, 1, 13, 11), engine), in: Pass(.training))
      #expect(flow.output.shape == Shape(3, 10))
      flow.pullback(CrossEntropy(flow.output, labels: [0, 1, 2]).gradient)
      for parameter in network.parameters {
        let gradient = try #require(parameter.gradient)
        #expect(gradient.shape == parameter.value.shape)
        #expect(gradient.values().contains { $0 != 0 }, "\(parameter.name)")
      }
    }
  }

  @Test("1202 layers can be built and walked there and back")
  func deepest() throws {
    let network = network(.residual, depth: 1202, width: 2, channels: 1, on: engine)
    #expect(network.places.count == 1202)
    let flow = network(tensor("images", Shape(1, 1, 4, 4), engine), in: Pass(.training))
    flow.pullback(CrossEntropy(flow.output, labels: [1]).gradient)
    #expect(network.parameters.allSatisfy { $0.gradient != nil })
  }

  @Test("depths that are not 6n+2 trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let engine = try Engine(threads: 1)
      _ = network(.plain, depth: 21, on: engine)
    }
  }

  @Test("weights have the deviation that their initialization asks for")
  func initialization() {
    let shape = Shape(64, 32, 3, 3)
    for (scheme, variance) in [
      (Initialization.he, 2 / 288.0), (.xavier, 2 / (288.0 + 576)),
      (.normal(deviation: 0.01), 1e-4),
    ] {
      let summary = scheme.weights("w", shape: shape, seed: 0, on: engine).summary()
      #expect(abs(summary.deviation * summary.deviation / variance - 1) < 0.05)
      #expect(abs(summary.mean) < 4 * summary.deviation / Double(shape.count).squareRoot())
      if scheme == .xavier { #expect(summary.maximum <= (6 / 864.0).squareRoot()) }
    }
  }
}

@Suite("Passes")
struct PassTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  /// Writes down what it sees, in order.
  private final class Log: GradientProbe {
    var events: [String] = []
    var responses: [String: Response] = [:]

    func observe(response: Response, of layer: LayerPlace) {
      events.append("response \(layer.index)")
      responses[layer.name] = response
    }
    func observe(outputGradient: Tensor, of layer: LayerPlace) {
      events.append("output \(layer.index)")
    }
    func observe(weightGradient: Tensor, of layer: LayerPlace) {
      events.append("weight \(layer.index)")
    }
    func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {}
  }

  @Test("a probe sees every layer once, there and back", arguments: Normalization.allCases)
  func order(normalization: Normalization) {
    let network = network(
      .residual, depth: 8, width: 4, normalization: normalization, on: engine)
    let log = Log()
    let flow = network(
      tensor("images", Shape(2, 3, 8, 8), engine), in: Pass(.training, probe: log))
    flow.pullback(CrossEntropy(flow.output, labels: [0, 1]).gradient)
    let expected =
      (1...8).map { "response \($0)" }
      + (1...8).reversed().flatMap { ["output \($0)", "weight \($0)"] }
    #expect(log.events == expected)
  }

  @Test("the response of a normalized layer is that of its output before any ReLU")
  func response() throws {
    var builder = NetworkBuilder(seed: 0, on: engine)
    let shape = Architecture.Convolution.sample("conv", from: 3, to: 6)
    let convolution = builder.convolution(
      shape, before: [.element(.batchNormalization(name: "bn", channels: 6))])
    for relu in [false, true] {
      let layer = builder.normalization("bn", 6, of: shape.place, relu: relu)
      layer.scale.value = tensor("scale", Shape(6), engine)
      layer.shift.value = tensor("shift", Shape(6), engine)
      let x = tensor("x", Shape(3, 3, 6, 5), engine)
      let log = Log()
      _ = Chain([convolution, layer])(x, in: Pass(.training, probe: log))
      let unactivated = batchNormalization(
        convolution(x, in: Pass(.training)).output, scale: layer.scale.value,
        shift: layer.shift.value
      ).output.summary()
      let response = try #require(log.responses["conv"])
      #expect(abs(response.deviation - unactivated.deviation) < 1e-4)
      #expect(abs(response.mean - unactivated.mean) < 1e-4)
    }
  }

  @Test("running statistics move by a tenth, with the unbiased variance, and only in training")
  func runningStatistics() throws {
    var builder = NetworkBuilder(seed: 0, on: engine)
    let layer = builder.normalization("bn", 1, of: nil, relu: false)
    let x = Tensor([1, 2, 3, 6], shape: Shape(1, 1, 2, 2), on: engine)
    _ = layer(x, in: Pass(.training))
    #expect(abs(layer.statistics.mean.values()[0] - 0.3) < 1e-6)
    #expect(abs(layer.statistics.variance.values()[0] - (0.9 + 0.1 * 14 / 3)) < 1e-5)
    let output = layer(x, in: Pass(.evaluation)).output.values()
    let expected = (1 - 0.3) / (Float(0.9 + 0.1 * 14 / 3) + 1e-5).squareRoot()
    #expect(abs(output[0] - expected) < 1e-5)
    #expect(abs(layer.statistics.mean.values()[0] - 0.3) < 1e-6)
  }

  @Test("the way back is released as it is walked, and cannot be walked twice")
  func once() async {
    await #expect(processExitsWith: .failure) {
      let engine = try Engine(threads: 1)
      let x = Tensor(repeating: 1, shape: Shape(1, 4), on: engine)
      let flow = Chain([ActivationLayer(.tanh)])(x, in: Pass(.training))
      _ = flow.pullback(flow.pullback(x))
    }
  }

  @Test("there is no way back out of an evaluation")
  func evaluation() async {
    await #expect(processExitsWith: .failure) {
      let engine = try Engine(threads: 1)
      let x = Tensor(repeating: 1, shape: Shape(1, 4), on: engine)
      _ = Chain([ActivationLayer(.tanh)])(x, in: Pass(.evaluation)).pullback(x)
    }
  }
}
