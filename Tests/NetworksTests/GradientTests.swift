import Experiments
import Tensors
import Testing

@testable import Networks

/// Numbers from [−1, 1) that depend on the name alone.
func numbers(_ name: String, _ count: Int) -> [Float] {
  var random = SeededGenerator(seed: 5, stream: name)
  return random.uniforms(count, limit: 1)
}

func tensor(_ name: String, _ shape: Shape, _ engine: Engine) -> Tensor {
  Tensor(numbers(name, shape.count), shape: shape, on: engine)
}

func dot(_ first: [Float], _ second: [Float]) -> Double {
  zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Compares the slope that a layer's way back claims with the slope of its output.
///
/// The loss is ⟨output, u⟩ for a random u. Along a random direction v its slope is
/// (L(x+εv) − L(x−εv)) / 2ε, and the way back says ⟨gradient, v⟩. Single precision rounds the
/// losses, and a step of ε may cross the kinks of ReLUs: both limit the agreement to about ε.
private func expectAgreement(
  of layer: any Layer, on shape: Shape, engine: Engine, tolerance: Double = 0.02,
  _ comment: Comment? = nil
) throws {
  let x = tensor("input", shape, engine)
  let pass = Pass(.training)
  let flow = layer(x, in: pass)
  let u = tensor("u", flow.output.shape, engine)
  func loss(of input: Tensor) -> Double { dot(layer(input, in: pass).output.values(), u.values()) }
  let inputGradient = flow.pullback(u).values()
  let parameterGradients = try layer.parameters.map { try #require($0.gradient).values() }
  let epsilon: Float = 4e-4

  func moved(_ values: [Float], along v: [Float], by step: Float) -> [Float] {
    zip(values, v).map { $0 + step * $1 }
  }
  /// The slope and what the way back claims, on the scale of the largest slope there could be.
  func expectSame(_ slope: Double, _ gradient: [Float], _ v: [Float], _ name: String) {
    let claimed = dot(gradient, v)
    let scale = (dot(gradient, gradient) * dot(v, v)).squareRoot() / 4 + 1e-2
    #expect(abs(slope - claimed) < tolerance * scale, "\(name) \(comment.map { "\($0)" } ?? "")")
  }

  let v = numbers("v", shape.count)
  let up = loss(of: Tensor(moved(x.values(), along: v, by: epsilon), shape: shape, on: engine))
  let down = loss(of: Tensor(moved(x.values(), along: v, by: -epsilon), shape: shape, on: engine))
  expectSame((up - down) / Double(2 * epsilon), inputGradient, v, "input")

  for (parameter, gradient) in zip(layer.parameters, parameterGradients) {
    let original = parameter.value
    let v = numbers("v of \(parameter.name)", original.shape.count)
    func lossMoved(by step: Float) -> Double {
      parameter.value = Tensor(
        moved(original.values(), along: v, by: step), shape: original.shape, on: engine)
      return loss(of: x)
    }
    let slope = (lossMoved(by: epsilon) - lossMoved(by: -epsilon)) / Double(2 * epsilon)
    parameter.value = original
    expectSame(slope, gradient, v, parameter.name)
  }
}

@Suite("The way back agrees with the slope of the way there")
struct GradientTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  private func builder(
    _ kind: NetworkConfiguration.Kind = .residual, _ normalization: Normalization = .batch,
    _ activation: Activation = .relu
  ) -> NetworkBuilder {
    var configuration = NetworkConfiguration(kind, depth: 8, width: 4)
    configuration.normalization = normalization
    configuration.activation = activation
    return NetworkBuilder(configuration, initialization: .he, seed: 3, on: engine)
  }

  @Test("convolution, with and without bias, at strides 1 and 2", arguments: [1, 2])
  func convolution(stride: Int) throws {
    for normalization in Normalization.allCases {
      var builder = builder(.plain, normalization)
      let layer = builder.convolution("conv", stage: 1, from: 3, to: 5, stride: stride)
      #expect((layer.bias == nil) == (normalization == .batch))
      try expectAgreement(of: layer, on: Shape(2, 3, 7, 5), engine: engine)
    }
  }

  @Test("normalization, with and without ReLU", arguments: [false, true])
  func normalization(activated: Bool) throws {
    var builder = builder()
    _ = builder.convolution("conv", stage: 1, from: 5, to: 5)
    let layers = builder.conclusion("bn", channels: 5, activated: activated)
    try #require(layers.count == 1)
    try expectAgreement(of: layers[0], on: Shape(4, 5, 5, 6), engine: engine)
  }

  @Test("nonlinearities", arguments: Nonlinearity.allCases)
  func activation(_ function: Nonlinearity) throws {
    try expectAgreement(of: ActivationLayer(function), on: Shape(2, 3, 4, 5), engine: engine)
  }

  @Test("pooling, classifier and shortcut")
  func others() throws {
    try expectAgreement(of: GlobalAveragePooling(), on: Shape(2, 5, 3, 4), engine: engine)
    var builder = builder()
    let classifier = builder.classifier("fc", stage: 4, from: 6, to: 3)
    try expectAgreement(of: classifier, on: Shape(4, 6), engine: engine)
    let shortcut = SubsamplingShortcut(stride: 2, channels: 6)
    try expectAgreement(of: shortcut, on: Shape(2, 3, 5, 7), engine: engine)
    try expectAgreement(of: IdentityShortcut(), on: Shape(2, 3), engine: engine)
  }

  @Test(
    "blocks, plain and residual, that keep and that change the shape",
    arguments: NetworkConfiguration.Kind.allCases, Activation.allCases)
  func blocks(kind: NetworkConfiguration.Kind, activation: Activation) throws {
    for normalization in Normalization.allCases {
      for (outputs, stride) in [(4, 1), (8, 2)] {
        var builder = builder(kind, normalization, activation)
        let block = builder.block(
          "block", stage: 1, from: 4, to: outputs, stride: stride)
        try expectAgreement(
          of: block, on: Shape(4, 4, 6, 6), engine: engine, tolerance: 0.05,
          "\(normalization), \(outputs) filters")
      }
    }
  }
}

@Suite("What a shortcut does for the gradient")
struct ShortcutTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  /// Two convolutions whose weights are all zero: nothing goes through, forward or backward.
  private func closedBranch() -> Chain {
    let configuration = NetworkConfiguration(.plain, depth: 8, width: 4)
    var builder = NetworkBuilder(configuration, initialization: .he, seed: 0, on: engine)
    var layers: [any Layer] = []
    for name in ["one", "two"] {
      let convolution = builder.convolution(name, stage: 1, from: 4, to: 4)
      convolution.weights.value = Tensor(repeating: 0, shape: Shape(4, 4, 3, 3), on: engine)
      layers.append(convolution)
    }
    return Chain(layers)
  }

  @Test("the gradient arrives even where the branch lets nothing through", arguments: [1, 20])
  func closed(blocks: Int) {
    let stack = Chain(
      (0..<blocks).map { _ in ResidualBlock(closedBranch(), shortcut: IdentityShortcut()) })
    let x = tensor("x", Shape(2, 4, 5, 5), engine)
    let g = tensor("g", Shape(2, 4, 5, 5), engine)
    let gradient = stack(x, in: Pass(.training)).pullback(g).values()
    let expected = zip(x.values(), g.values()).map { $0 > 0 ? $1 : 0 }
    #expect(gradient == expected)
    let plain = Chain((0..<blocks).map { _ in closedBranch() })
    #expect(plain(x, in: Pass(.training)).pullback(g).values().allSatisfy { $0 == 0 })
  }
}
