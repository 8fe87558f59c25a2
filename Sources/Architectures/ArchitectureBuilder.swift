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

  /// A convolution that sees the whole of a square image at once: one pixel for each of `width` filters.
  /// Its biases are drawn as widely as what it answers to standardized images, so that nonlinearities behind it
  /// bend within the range of the images.
  mutating func wholeImage(_ name: String, side: Int) -> Architecture.Element {
    depth += 1
    defer { channels = configuration.width }
    var layer = Architecture.Convolution(
      place: LayerPlace(index: depth, name: name, stage: stages.count - 1), inputs: channels,
      outputs: configuration.width, kernel: side, stride: 1, padding: 0, hasBias: true)
    layer.biasDeviation = 2.squareRoot()
    return .convolution(layer)
  }

  private func convolution(
    _ name: String, path: LayerPlace.Path, from inputs: Int, to outputs: Int, kernel: Int,
    stride: Int, hasBias: Bool?
  ) -> Architecture.Element {
    .convolution(
      Architecture.Convolution(
        place: LayerPlace(index: depth, name: name, stage: stages.count - 1, path: path),
        inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, padding: kernel / 2,
        hasBias: hasBias
          ?? (configuration.normalization == .none && configuration.combination != .fixup)))
  }

  /// The normalization of the channels there are, if the network has one.
  func normalization(_ name: String) -> [Architecture.Element] {
    configuration.normalization == .batch
      ? [.batchNormalization(name: name, channels: channels)] : []
  }

  var activation: Architecture.Element { .activation(configuration.activation) }

  mutating func linear(
    _ name: String, from inputs: Int, to outputs: Int, gain: Double = 1
  ) -> Architecture.Element {
    depth += 1
    return .linear(
      Architecture.Linear(
        place: LayerPlace(index: depth, name: name, stage: stages.count - 1), inputs: inputs,
        outputs: outputs, gain: gain))
  }

  /// Global average pooling and the classifier.
  mutating func addClassifier(_ name: String, classes: Int) {
    add(
      .averagePooling(side: 1), .flattening,
      linear(
        name, from: channels, to: classes, gain: configuration.combination == .fixup ? 0 : 1))
  }

  /// Convolutions with their normalizations and nonlinearities in the configuration's order, with
  /// the shortcut that it asks for around them; behind it what follows the addition as layers of its own.
  mutating func block(
    _ name: String, _ layers: [(outputs: Int, kernel: Int, stride: Int)]
  ) -> [Architecture.Element] {
    let inputs = channels
    let order = configuration.order
    var branch: [Architecture.Element] = []
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      let normalization = normalization("\(name).bn\(index + 1)", of: order, layer.outputs, isLast)
      if order == .preActivation { branch += normalization }
      if order.beginsWithActivation { branch.append(activation) }
      branch += scalar(.added, "\(name).bias\(index + 1)a")
      branch.append(
        gained(
          convolution(
            "\(name).conv\(index + 1)", to: layer.outputs, kernel: layer.kernel,
            stride: layer.stride), isLast: isLast))
      if order != .preActivation { branch += normalization }
      if isLast { branch += scalar(.factor, "\(name).scale") }
      branch += scalar(.added, "\(name).bias\(index + 1)b")
      if order == .activatedBranch || (!order.beginsWithActivation && !isLast) {
        branch.append(activation)
      }
    }
    let stride = layers.reduce(1) { $0 * $1.stride }
    let changesShape = stride > 1 || inputs != channels
    var block = Architecture.Block(
      place: place(of: name, changesShape: changesShape), branch: branch,
      shortcut: shortcut(name, from: inputs, stride: stride),
      activation: order == .postActivation ? configuration.activation : nil)
    join(&block, from: inputs, stride: stride)
    let after =
      order == .normalizedAddition
      ? self.normalization("\(name).bn\(layers.count)") + [activation] : []
    return [.block(block)] + after
  }

  /// The normalization behind a convolution of a block, or before it.
  private func normalization(
    _ name: String, of order: BlockOrder, _ outputs: Int, _ isLast: Bool
  ) -> [Architecture.Element] {
    guard configuration.normalization == .batch, !(isLast && order == .normalizedAddition) else {
      return []
    }
    let isClosed = isLast && configuration.combination == .zeroScale
    return [
      .batchNormalization(
        name: name, channels: order == .preActivation ? channels : outputs,
        scale: isClosed ? 0 : 1)
    ]
  }

  /// A number of Fixup.
  private func scalar(
    _ kind: Architecture.Scalar.Kind, _ name: String
  ) -> [Architecture.Element] {
    guard configuration.combination == .fixup else { return [] }
    return [
      .scalar(
        Architecture.Scalar(
          name: name, kind: kind, initial: kind == .added ? 0 : 1, rateFactor: 0.1))
    ]
  }

  /// Fixup's initial weights of a convolution: B^−½ times √(2/(k²·outputs)), and zero for the last of a
  /// branch.
  private func gained(_ element: Architecture.Element, isLast: Bool) -> Architecture.Element {
    guard configuration.combination == .fixup, case .convolution(var layer) = element else {
      return element
    }
    let blocks = Double(3 * (configuration.blocksPerStage ?? 1))
    layer.gain = isLast ? 0 : (Double(layer.inputs) / Double(layer.outputs) / blocks).squareRoot()
    return .convolution(layer)
  }

  /// What the configuration has a block do with its shortcut and its branch.
  private func join(_ block: inout Architecture.Block, from inputs: Int, stride: Int) {
    let name = block.name
    func gate(_ bias: Double, isExclusive: Bool) -> Architecture.Gate {
      var convolution = Architecture.Convolution(
        place: LayerPlace(
          index: depth, name: "\(name).gate", stage: stages.count - 1, path: .shortcut),
        inputs: inputs, outputs: channels, kernel: 1, stride: stride, padding: 0, hasBias: true)
      convolution.bias = -bias
      return Architecture.Gate(convolution: convolution, isExclusive: isExclusive)
    }
    switch configuration.combination {
    case nil, .zeroScale, .fixup: break
    case .scaled(let shortcut, let branch):
      block.onShortcut = [.scaling(shortcut)]
      if branch != 1 { block.branch.append(.scaling(branch)) }
    case .gated(let bias): block.gate = gate(bias, isExclusive: true)
    case .gatedShortcut(let bias): block.gate = gate(bias, isExclusive: false)
    case .dropout(let share):
      block.onShortcut = [.dropout(name: "\(name).dropout", share: share)]
    case .learnedScale:
      block.branch.append(
        .scalar(Architecture.Scalar(name: "\(name).alpha", kind: .factor, initial: 0)))
    }
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
