import Experiments
import Randomness
import Tensors
import Testing

@testable import Architectures
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
    let scale = (dot(gradient, gradient) * dot(v, v)).squareRoot() / 4
    // A loss of about ten is rounded to 1e-6, which a step of 2ε magnifies.
    #expect(
      abs(slope - claimed) < tolerance * scale + 1e-2, "\(name) \(comment.map { "\($0)" } ?? "")")
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

  // One thread each, since tests run beside each other.
  init() throws { engine = try Engine(threads: 1) }

  private func builder() -> NetworkBuilder { NetworkBuilder(seed: 3, on: engine) }

  @Test("convolution, with and without bias, at strides 1 and 2", arguments: [1, 2])
  func convolution(stride: Int) throws {
    for hasBias in [false, true] {
      let layer = builder().convolution(
        .sample("conv", from: 3, to: 5, stride: stride, hasBias: hasBias), before: [])
      #expect((layer.bias != nil) == hasBias)
      try expectAgreement(of: layer, on: Shape(2, 3, 7, 5), engine: engine)
    }
  }

  @Test("normalization, with and without ReLU", arguments: [false, true])
  func normalization(activated: Bool) throws {
    var builder = builder()
    let layer = builder.normalization("bn", 5, of: nil, relu: activated)
    try expectAgreement(of: layer, on: Shape(4, 5, 5, 6), engine: engine)
  }

  @Test("nonlinearities", arguments: Nonlinearity.allCases)
  func activation(_ function: Nonlinearity) throws {
    try expectAgreement(of: ActivationLayer(function), on: Shape(2, 3, 4, 5), engine: engine)
  }

  @Test("pooling, classifier and shortcut")
  func others() throws {
    // Three cells over five pixels overlap, seven repeat them.
    for side in [1, 3, 7] {
      try expectAgreement(of: AveragePooling(side: side), on: Shape(2, 5, 5, 4), engine: engine)
    }
    try expectAgreement(
      of: MaximumPooling(size: 3, stride: 2, padding: 1), on: Shape(2, 3, 7, 6), engine: engine)
    try expectAgreement(of: Flattening(), on: Shape(2, 3, 2, 2), engine: engine)
    var builder = builder()
    let classifier = try #require(
      builder.layers([
        .linear(
          Architecture.Linear(
            place: LayerPlace(index: 1, name: "fc", stage: 1), inputs: 6, outputs: 3))
      ]).first)
    try expectAgreement(of: classifier, on: Shape(4, 6), engine: engine)
    let shortcut = SubsamplingShortcut(stride: 2, channels: 6)
    try expectAgreement(of: shortcut, on: Shape(2, 3, 5, 7), engine: engine)
    try expectAgreement(of: IdentityShortcut(), on: Shape(2, 3), engine: engine)
  }

  @Test(
    "blocks of every kind, that keep and that change the shape",
    arguments: [
      "plain-8", "resnet-8", "resnet-8-B", "resnet-8-C", "resnet-8-preact", "resnet-8-B-preact",
      "resnet-50", "resnet-50-v1.5", "resnet-50-A", "notes-resnet-18",
    ], Activation.allCases)
  func blocks(name: String, activation: Activation) throws {
    for normalization in Normalization.allCases {
      var configuration = try NetworkConfiguration(named: name)
      configuration.width = 4
      configuration.normalization = normalization
      configuration.activation = activation
      // The notes' code has one form only.
      if configuration.problem != nil { continue }
      let blocks = Architecture(configuration, height: 12).blocks
      var seen: Set<Int> = []
      for block in blocks {
        guard case .convolution(let first)? = block.branch.first(where: isConvolution),
          first.inputs <= 8, seen.insert(first.outputs * 8 + first.stride).inserted
        else { continue }
        var builder = builder()
        try expectAgreement(
          of: Chain(builder.layers([.block(block)])), on: Shape(4, first.inputs, 5, 5),
          engine: engine,
          tolerance: 0.05, "\(block.name), \(normalization)")
      }
    }
  }

  private func isConvolution(_ element: Architecture.Element) -> Bool {
    if case .convolution = element { true } else { false }
  }
}

extension Architecture.Convolution {
  /// A 3×3 convolution with padding 1.
  static func sample(
    _ name: String, index: Int = 1, from inputs: Int, to outputs: Int, stride: Int = 1,
    hasBias: Bool = false
  ) -> Architecture.Convolution {
    Architecture.Convolution(
      place: LayerPlace(index: index, name: name, stage: 1), inputs: inputs, outputs: outputs,
      kernel: 3, stride: stride, padding: 1, hasBias: hasBias)
  }
}

@Suite("What a shortcut does for the gradient")
struct ShortcutTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  /// Two convolutions whose weights are all zero: nothing goes through, forward or backward.
  private func closedBranch() -> Chain {
    let builder = NetworkBuilder(seed: 0, on: engine)
    var layers: [any Layer] = []
    for name in ["one", "two"] {
      let convolution = builder.convolution(
        .sample(name, from: 4, to: 4), before: [])
      convolution.weights.value = Tensor(repeating: 0, shape: Shape(4, 4, 3, 3), on: engine)
      layers.append(convolution)
    }
    return Chain(layers)
  }

  @Test("the gradient arrives even where the branch lets nothing through", arguments: [1, 20])
  func closed(blocks: Int) {
    let stack = Chain(
      (1...blocks).map { index in
        ResidualBlock(
          BlockPlace(index: index, name: "block\(index)", stage: 1, changesShape: false),
          closedBranch(), shortcut: IdentityShortcut())
      })
    let x = tensor("x", Shape(2, 4, 5, 5), engine)
    let g = tensor("g", Shape(2, 4, 5, 5), engine)
    let gradient = stack(x, in: Pass(.training)).pullback(g).values()
    let expected = zip(x.values(), g.values()).map { $0 > 0 ? $1 : 0 }
    #expect(gradient == expected)
    let plain = Chain((0..<blocks).map { _ in closedBranch() })
    #expect(plain(x, in: Pass(.training)).pullback(g).values().allSatisfy { $0 == 0 })
  }
}
