import Architectures
import Experiments
import Tensors

/// Makes the layers that an architecture describes, with their initial weights.
struct NetworkBuilder {
  let initialization: Initialization
  let seed: UInt64
  let engine: Engine
  private(set) var statistics: [RunningStatistics] = []

  init(initialization: Initialization = .he, seed: UInt64, on engine: Engine) {
    self.initialization = initialization
    self.seed = seed
    self.engine = engine
  }

  /// Layers for a list of elements. A normalization gives the response of the convolution before
  /// it, and does the work of a ReLU behind it.
  mutating func layers(_ elements: [Architecture.Element]) -> [any Layer] {
    var layers: [any Layer] = []
    var rest = elements[...]
    while let element = rest.popFirst() {
      switch element {
      case .convolution(let shape):
        layers.append(convolution(shape, isNormalized: rest.first.map(isNormalization) ?? false))
        if case .batchNormalization(let name, let channels)? = rest.first {
          rest.removeFirst()
          layers.append(
            normalization(name, channels, of: shape.place, relu: takesReLU(from: &rest)))
        }
      case .batchNormalization(let name, let channels):
        layers.append(normalization(name, channels, of: nil, relu: takesReLU(from: &rest)))
      case .activation(let function):
        layers.append(ActivationLayer(Nonlinearity(function)))
      case .maximumPooling(let kernel, let stride, let padding):
        layers.append(MaximumPooling(size: kernel, stride: stride, padding: padding))
      case .averagePooling(let side):
        layers.append(AveragePooling(side: side))
      case .flattening:
        layers.append(Flattening())
      case .linear(let shape):
        layers.append(linear(shape))
      case .block(let block):
        layers.append(self.block(block))
      }
    }
    return layers
  }

  private func isNormalization(_ element: Architecture.Element) -> Bool {
    if case .batchNormalization = element { true } else { false }
  }

  private func takesReLU(from rest: inout ArraySlice<Architecture.Element>) -> Bool {
    guard rest.first == .activation(.relu) else { return false }
    rest.removeFirst()
    return true
  }

  /// A plain block is a chain; a residual block is the same chain with a shortcut around it.
  mutating func block(_ block: Architecture.Block) -> any Layer {
    if block.shortcut == .none {
      return Chain(layers(block.branch + (block.activation.map { [.activation($0)] } ?? [])))
    }
    return ResidualBlock(
      Chain(layers(block.branch)), shortcut: shortcut(block.shortcut),
      activation: block.activation.map(Nonlinearity.init))
  }

  private mutating func shortcut(_ shortcut: Architecture.Shortcut) -> any Layer {
    switch shortcut {
    case .none, .identity: IdentityShortcut()
    case .zeroPadding(let stride, let channels):
      SubsamplingShortcut(stride: stride, channels: channels)
    case .projection(let elements): Chain(layers(elements))
    }
  }

  func convolution(_ shape: Architecture.Convolution, isNormalized: Bool) -> Convolution {
    let name = shape.place.name
    return Convolution(
      place: shape.place,
      weights: weights(
        "\(name).weight", shape: Shape(shape.outputs, shape.inputs, shape.kernel, shape.kernel)),
      bias: shape.hasBias ? constant(0, "\(name).bias", count: shape.outputs) : nil,
      stride: shape.stride, padding: shape.padding, responds: !isNormalized)
  }

  mutating func normalization(
    _ name: String, _ channels: Int, of place: LayerPlace?, relu: Bool
  ) -> BatchNormalization {
    let running = RunningStatistics(name, channels: channels, on: engine)
    statistics.append(running)
    return BatchNormalization(
      place: place, scale: constant(1, "\(name).weight", count: channels),
      shift: constant(0, "\(name).bias", count: channels), statistics: running, relu: relu)
  }

  private func linear(_ shape: Architecture.Linear) -> Linear {
    let name = shape.place.name
    return Linear(
      place: shape.place,
      weights: weights("\(name).weight", shape: Shape(shape.outputs, shape.inputs)),
      bias: constant(0, "\(name).bias", count: shape.outputs))
  }

  private func weights(_ name: String, shape: Shape) -> Parameter {
    Parameter(name, initialization.weights(name, shape: shape, seed: seed, on: engine))
  }

  private func constant(_ value: Float, _ name: String, count: Int) -> Parameter {
    Parameter(name, Tensor(repeating: value, shape: Shape(count), on: engine))
  }
}

extension Nonlinearity {
  init(_ activation: Activation) {
    switch activation {
    case .relu: self = .relu
    case .tanh: self = .tanh
    case .sigmoid: self = .sigmoid
    }
  }
}
