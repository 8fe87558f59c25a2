package import Experiments
package import Tensors

extension Network {
  /// The family of He et al. 2015, section 4.2: a 3×3 convolution, three stages of n blocks of two
  /// 3×3 convolutions with 1, 2 and 4 times `width` filters, the latter two stages starting with
  /// stride 2, global average pooling and a linear classifier: 6n+2 weighted layers.
  ///
  /// Plain and residual twins of one seed have the same parameters with the same values.
  package init(
    _ configuration: NetworkConfiguration, channels: Int, classes: Int,
    initialization: Initialization = .he, seed: UInt64, on engine: Engine
  ) {
    guard let blocks = configuration.blocksPerStage else {
      preconditionFailure("\(configuration.depth) layers are not 6n+2")
    }
    var builder = NetworkBuilder(
      configuration, initialization: initialization, seed: seed, on: engine)
    let stem = builder.convolution("conv1", stage: 0, from: channels, to: configuration.width)
    var body = builder.conclusion("bn1", channels: configuration.width, activated: true)
    var inputs = configuration.width
    for stage in 1...3 {
      let outputs = configuration.width << (stage - 1)
      for block in 0..<blocks {
        let isFirst = stage > 1 && block == 0
        body.append(
          builder.block(
            "layer\(stage).\(block)", stage: stage, from: inputs, to: outputs,
            stride: isFirst ? 2 : 1))
        inputs = outputs
      }
    }
    body.append(GlobalAveragePooling())
    body.append(builder.classifier("fc", stage: 4, from: inputs, to: classes))
    self.init(
      name: configuration.name, stem: stem, body: Chain(body), statistics: builder.statistics,
      places: builder.places)
  }
}

extension NetworkBuilder {
  /// Two 3×3 convolutions; with a shortcut around them in a residual network.
  mutating func block(
    _ name: String, stage: Int, from inputs: Int, to outputs: Int, stride: Int
  ) -> any Layer {
    let isPlain = configuration.kind == .plain
    var layers: [any Layer] = []
    layers.append(
      convolution("\(name).conv1", stage: stage, from: inputs, to: outputs, stride: stride))
    layers += conclusion("\(name).bn1", channels: outputs, activated: true)
    layers.append(convolution("\(name).conv2", stage: stage, from: outputs, to: outputs))
    layers += conclusion("\(name).bn2", channels: outputs, activated: isPlain)
    if isPlain { return Chain(layers) }
    let keepsShape = stride == 1 && inputs == outputs
    return ResidualBlock(
      Chain(layers),
      shortcut: keepsShape
        ? IdentityShortcut() : SubsamplingShortcut(stride: stride, channels: outputs),
      activation: activation)
  }
}
