import Experiments
import Tensors

/// Makes the layers of one network, counts its weighted layers and names them as torchvision does.
struct NetworkBuilder {
  let configuration: NetworkConfiguration
  let initialization: Initialization
  let seed: UInt64
  let engine: Engine
  private(set) var places: [LayerPlace] = []
  private(set) var statistics: [RunningStatistics] = []

  init(
    _ configuration: NetworkConfiguration, initialization: Initialization, seed: UInt64,
    on engine: Engine
  ) {
    self.configuration = configuration
    self.initialization = initialization
    self.seed = seed
    self.engine = engine
  }

  var activation: Nonlinearity {
    switch configuration.activation {
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    }
  }

  /// A 3×3 convolution. It has a bias where no normalization follows.
  mutating func convolution(
    _ name: String, stage: Int, from inputs: Int, to outputs: Int, stride: Int = 1
  ) -> Convolution {
    let isNormalized = configuration.normalization == .batch
    return Convolution(
      place: nextPlace(name, stage: stage),
      weights: weights("\(name).weight", shape: Shape(outputs, inputs, 3, 3)),
      bias: isNormalized ? nil : constant(0, "\(name).bias", count: outputs),
      stride: stride, padding: 1, responds: !isNormalized)
  }

  /// What follows the last convolution: its normalization, and its nonlinearity if asked for.
  mutating func conclusion(_ name: String, channels: Int, activated: Bool) -> [any Layer] {
    guard let place = places.last else {
      preconditionFailure("\(name) follows no convolution")
    }
    let isFused = activated && activation == .relu && configuration.normalization == .batch
    var layers: [any Layer] = []
    if configuration.normalization == .batch {
      let running = RunningStatistics(name, channels: channels, on: engine)
      statistics.append(running)
      layers.append(
        BatchNormalization(
          place: place, scale: constant(1, "\(name).weight", count: channels),
          shift: constant(0, "\(name).bias", count: channels), statistics: running, relu: isFused))
    }
    if activated && !isFused { layers.append(ActivationLayer(activation)) }
    return layers
  }

  mutating func classifier(_ name: String, stage: Int, from inputs: Int, to classes: Int) -> Linear
  {
    Linear(
      place: nextPlace(name, stage: stage),
      weights: weights("\(name).weight", shape: Shape(classes, inputs)),
      bias: constant(0, "\(name).bias", count: classes))
  }

  private mutating func nextPlace(_ name: String, stage: Int) -> LayerPlace {
    places.append(LayerPlace(index: places.count + 1, name: name, stage: stage))
    return places[places.count - 1]
  }

  private func weights(_ name: String, shape: Shape) -> Parameter {
    Parameter(name, initialization.weights(name, shape: shape, seed: seed, on: engine))
  }

  private func constant(_ value: Float, _ name: String, count: Int) -> Parameter {
    Parameter(name, Tensor(repeating: value, shape: Shape(count), on: engine))
  }
}
