import Experiments

/// Strings layers together, counts the weighted ones and names them as torchvision does.
struct ArchitectureBuilder {
  let configuration: NetworkConfiguration
  private(set) var stages: [Architecture.Stage] = []
  /// Weighted layers on the main path so far.
  private var depth = 0
  /// Blocks so far.
  private var blockCount = 0
  /// Channels that the last layer gives.
  private(set) var channels: Int

  init(_ configuration: NetworkConfiguration, channels: Int) {
    self.configuration = configuration
    self.channels = channels
  }

  mutating func beginStage(_ name: String) {
    stages.append(Architecture.Stage(name: name, elements: []))
  }

  mutating func add(_ elements: Architecture.Element...) { add(elements) }

  mutating func add(_ elements: [Architecture.Element]) {
    stages[stages.count - 1].elements += elements
  }

  /// A convolution whose padding keeps the image's size but for the stride. It has a bias where no
  /// normalization follows, unless one is asked for anyway.
  mutating func convolution(
    _ name: String, to outputs: Int, kernel: Int = 3, stride: Int = 1, hasBias: Bool? = nil
  ) -> Architecture.Element {
    depth += 1
    defer { channels = outputs }
    return convolution(
      name, path: .main, from: channels, to: outputs, kernel: kernel, stride: stride,
      hasBias: hasBias)
  }

  private func convolution(
    _ name: String, path: LayerPlace.Path, from inputs: Int, to outputs: Int, kernel: Int,
    stride: Int, hasBias: Bool?
  ) -> Architecture.Element {
    .convolution(
      Architecture.Convolution(
        place: LayerPlace(index: depth, name: name, stage: stages.count - 1, path: path),
        inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: kernel / 2,
        hasBias: hasBias ?? (configuration.normalization == .none)))
  }

  /// The normalization of the channels there are, if the network has one.
  func normalization(_ name: String) -> [Architecture.Element] {
    configuration.normalization == .batch
      ? [.batchNormalization(name: name, channels: channels)] : []
  }

  var activation: Architecture.Element { .activation(configuration.activation) }

  mutating func linear(_ name: String, from inputs: Int, to outputs: Int) -> Architecture.Element {
    depth += 1
    return .linear(
      Architecture.Linear(
        place: LayerPlace(index: depth, name: name, stage: stages.count - 1), inputs: inputs,
        outputs: outputs))
  }

  /// Global average pooling and the classifier.
  mutating func addClassifier(_ name: String, classes: Int) {
    add(
      .averagePooling(side: 1), .flattening, linear(name, from: channels, to: classes))
  }

  /// Convolutions with their normalizations and nonlinearities in the configuration's order, with
  /// the shortcut that it asks for around them.
  mutating func block(
    _ name: String, _ layers: [(outputs: Int, kernel: Int, stride: Int)]
  ) -> Architecture.Element {
    let inputs = channels
    var branch: [Architecture.Element] = []
    for (index, layer) in layers.enumerated() {
      let convolutionName = "\(name).conv\(index + 1)"
      let normalizationName = "\(name).bn\(index + 1)"
      switch configuration.order {
      case .preActivation:
        branch += normalization(normalizationName) + [activation]
        branch.append(
          convolution(
            convolutionName, to: layer.outputs, kernel: layer.kernel, stride: layer.stride))
      case .postActivation:
        branch.append(
          convolution(
            convolutionName, to: layer.outputs, kernel: layer.kernel, stride: layer.stride))
        branch += normalization(normalizationName)
        if index < layers.count - 1 { branch.append(activation) }
      }
    }
    let stride = layers.reduce(1) { $0 * $1.stride }
    return .block(
      Architecture.Block(
        place: place(of: name, changesShape: stride > 1 || inputs != channels), branch: branch,
        shortcut: shortcut(name, from: inputs, stride: stride),
        activation: configuration.order == .postActivation ? configuration.activation : nil))
  }

  /// The place of the next block.
  mutating func place(of block: String, changesShape: Bool) -> BlockPlace {
    blockCount += 1
    return BlockPlace(
      index: blockCount, name: block, stage: stages.count - 1, changesShape: changesShape)
  }

  /// The way around a block that ended with the channels there are.
  private func shortcut(_ name: String, from inputs: Int, stride: Int) -> Architecture.Shortcut {
    guard configuration.kind == .residual else { return .none }
    let keepsShape = stride == 1 && inputs == channels
    switch configuration.shortcut {
    case .projection: break
    case _ where keepsShape: return .identity
    case .zeroPadding: return .zeroPadding(stride: stride, channels: channels)
    case .projectionWhereShapesChange: break
    }
    let projection = projection(
      "\(name).downsample.0", from: inputs, stride: stride, hasBias: nil)
    return .projection([projection] + normalization("\(name).downsample.1"))
  }

  /// A 1×1 convolution from so many channels to those that there are now.
  func projection(
    _ name: String, from inputs: Int, stride: Int, hasBias: Bool?
  ) -> Architecture.Element {
    convolution(
      name, path: .shortcut, from: inputs, to: channels, kernel: 1, stride: stride,
      hasBias: hasBias)
  }
}
