import Architectures
import Experiments
import Randomness
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

  /// A part of a chain: an element, or the boundary of a plain block that was dissolved into it.
  enum Part {
    case element(Architecture.Element)
    case boundary(BlockBoundary)

    /// Whether this is a given nonlinearity.
    func isActivation(_ function: Activation) -> Bool {
      if case .element(.activation(function)) = self { true } else { false }
    }
  }

  /// Layers for a list of elements. A normalization gives the response of the convolution before
  /// it, does the work of a ReLU behind it, and is joined to a convolution behind that.
  mutating func layers(_ elements: [Architecture.Element]) -> [any Layer] {
    var layers: [any Layer] = []
    var rest = inOneChain(elements)[...]
    var last: LayerPlace?
    while let part = rest.popFirst() {
      guard case .element(let element) = part else {
        if case .boundary(let boundary) = part { layers.append(boundary) }
        continue
      }
      switch element {
      case .convolution(let shape):
        layers.append(convolution(shape, before: rest))
      case .batchNormalization(let name, let channels, let scale):
        let relu = rest.first?.isActivation(.relu) ?? false
        if relu { rest.removeFirst() }
        let normalization = normalization(name, channels, of: last, relu: relu, scale: scale)
        var boundary: BlockBoundary?
        if case .boundary(let found)? = rest.first { boundary = found }
        if case .element(.convolution(let shape))? = rest.dropFirst(boundary == nil ? 0 : 1).first {
          rest.removeFirst(boundary == nil ? 1 : 2)
          layers.append(
            NormalizedConvolution(
              normalization: normalization, boundary: boundary,
              convolution: convolution(shape, before: rest)))
          last = shape.place
          continue
        }
        layers.append(normalization)
      case .activation(let function):
        layers.append(ActivationLayer(Nonlinearity(function)))
      case .scaling(let factor): layers.append(Scaling(factor))
      case .scalar(let scalar): layers.append(self.scalar(scalar))
      case .dropout(let name, let share):
        layers.append(Dropout(name, share: share, seed: seed))
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
      case .bypass(let shortcut):
        layers.append(self.shortcut(shortcut))
      }
      if case .convolution(let shape) = element { last = shape.place } else { last = nil }
    }
    return layers
  }

  /// Plain blocks dissolved into the chain that they are part of, with a boundary wherever one ends
  /// or begins.
  private func inOneChain(_ elements: [Architecture.Element]) -> [Part] {
    var parts: [Part] = []
    for element in elements {
      guard case .block(let block) = element, block.shortcut == .none else {
        parts.append(.element(element))
        continue
      }
      var beginning = BlockBoundary()
      if case .boundary(let before)? = parts.last {
        beginning = before
        parts.removeLast()
      }
      beginning.begins = block.place
      parts.append(.boundary(beginning))
      parts += (block.branch + (block.activation.map { [.activation($0)] } ?? [])).map(Part.element)
      let function = block.activation.map(Nonlinearity.init)
      parts.append(.boundary(BlockBoundary(ends: (block.place, function))))
    }
    return parts
  }

  private mutating func block(_ block: Architecture.Block) -> any Layer {
    let sum = residualBlock(block)
    guard let gate = block.gate else { return sum }
    return GatedBlock(
      sum, gate: convolution(gate.convolution, before: []), isExclusive: gate.isExclusive)
  }

  mutating func residualBlock(_ block: Architecture.Block) -> ResidualBlock {
    ResidualBlock(
      block.place, Chain(layers(block.branch)), shortcut: shortcut(block),
      activation: block.activation.map(Nonlinearity.init))
  }

  /// The shortcut of a block, and what comes after it.
  private mutating func shortcut(_ block: Architecture.Block) -> any Layer {
    let around = shortcut(block.shortcut)
    return block.onShortcut.isEmpty ? around : Chain([around] + layers(block.onShortcut))
  }

  private func scalar(_ scalar: Architecture.Scalar) -> ScalarLayer {
    ScalarLayer(
      scalar.kind,
      Parameter(
        scalar.name, Tensor([scalar.initial], shape: Shape(1), on: engine),
        rateFactor: scalar.rateFactor))
  }

  private mutating func shortcut(_ shortcut: Architecture.Shortcut) -> any Layer {
    switch shortcut {
    case .none, .identity: IdentityShortcut()
    case .zeroPadding(let stride, let channels):
      SubsamplingShortcut(stride: stride, channels: channels)
    case .projection(let elements): Chain(layers(elements))
    }
  }

  /// A convolution with so many elements behind it. If a normalization is next, that one gives the
  /// response.
  func convolution(
    _ shape: Architecture.Convolution, before rest: ArraySlice<Part>
  ) -> Convolution {
    // The boundary of a block changes nothing.
    let next = rest.first { if case .element = $0 { true } else { false } }
    let isNormalized =
      if case .element(.batchNormalization)? = next { true } else { false }
    let name = shape.place.name
    return Convolution(
      place: shape.place,
      weights: weights(
        "\(name).weight", shape: Shape(shape.outputs, shape.inputs, shape.kernel, shape.kernel),
        gain: shape.gain),
      bias: shape.hasBias ? bias(of: shape) : nil,
      stride: shape.stride, padding: shape.padding, responds: !isNormalized)
  }

  mutating func normalization(
    _ name: String, _ channels: Int, of place: LayerPlace?, relu: Bool, scale: Float = 1
  ) -> BatchNormalization {
    let running = RunningStatistics(name, channels: channels, on: engine)
    statistics.append(running)
    return BatchNormalization(
      place: place, scale: constant(scale, "\(name).weight", count: channels),
      shift: constant(0, "\(name).bias", count: channels), statistics: running, relu: relu)
  }

  private func linear(_ shape: Architecture.Linear) -> Linear {
    let name = shape.place.name
    return Linear(
      place: shape.place,
      weights: weights(
        "\(name).weight", shape: Shape(shape.outputs, shape.inputs), gain: shape.gain),
      bias: constant(0, "\(name).bias", count: shape.outputs))
  }

  private func weights(_ name: String, shape: Shape, gain: Double) -> Parameter {
    let drawn = initialization.weights(name, shape: shape, seed: seed, on: engine)
    return Parameter(name, gain == 1 ? drawn : Tensors.scale(drawn, by: Float(gain)))
  }

  private func bias(of shape: Architecture.Convolution) -> Parameter {
    let name = "\(shape.place.name).bias"
    guard shape.biasDeviation > 0 else {
      return constant(Float(shape.bias), name, count: shape.outputs)
    }
    var generator = SeededGenerator(seed: seed, stream: name)
    let drawn = generator.normals(shape.outputs, deviation: shape.biasDeviation)
    return Parameter(
      name, Tensor(drawn.map { Float(shape.bias) + $0 }, shape: Shape(shape.outputs), on: engine))
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
