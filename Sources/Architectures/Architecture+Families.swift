package import Experiments

extension Architecture {
  /// The layers of a network for images of an extent; the family's own where none is given.
  ///
  /// The configuration must name a network that there is, and the images must be at least as large
  /// as ``minimumSide(of:)``.
  package init(
    _ configuration: NetworkConfiguration, channels: Int? = nil, height: Int? = nil,
    width: Int? = nil, classes: Int? = nil
  ) {
    if let problem = configuration.problem {
      preconditionFailure("\(configuration.name): \(problem)")
    }
    let channels = channels ?? configuration.family.channels
    let height = height ?? configuration.family.imageSize
    let width = width ?? height
    let classes = classes ?? configuration.family.classes
    let smallest = Self.minimumSide(of: configuration)
    precondition(
      min(height, width) >= smallest,
      "\(configuration.name) needs images of \(smallest)×\(smallest) pixels, not \(height)×\(width)"
    )
    var builder = ArchitectureBuilder(configuration, channels: channels)
    switch configuration.family {
    case .cifar: builder.addCIFAR(classes: classes)
    case .imageNet: builder.addImageNet(classes: classes)
    case .vgg: builder.addVGG(classes: classes)
    case .notes: builder.addNotes(classes: classes)
    case .dense: builder.addDense(side: max(height, width), classes: classes)
    }
    self.configuration = configuration
    self.input = .image(channels: channels, height: height, width: width)
    self.classes = classes
    self.stages = builder.stages
  }

  /// The network of a run, for its images.
  package init(_ run: RunConfiguration) {
    self.init(
      run.network, channels: run.dataset.name.channels, height: run.dataset.side,
      width: run.dataset.side, classes: run.dataset.name.classes)
  }

  /// The side of the smallest images that a network can see: VGG halves them five times without
  /// padding.
  package static func minimumSide(of configuration: NetworkConfiguration) -> Int {
    configuration.family == .vgg ? 32 : 1
  }
}

extension ArchitectureBuilder {
  /// He et al. 2015, section 4.2: a 3×3 convolution, three stages of n blocks of two 3×3
  /// convolutions with 1, 2 and 4 times `width` filters, the latter two starting with stride 2,
  /// global average pooling and a linear classifier: 6n+2 weighted layers.
  ///
  /// With zero padding, plain and residual twins have the same parameters.
  fileprivate mutating func addCIFAR(classes: Int) {
    let isPreActivated = configuration.order.beginsWithActivation
    beginStage("conv1")
    add(convolution("conv1", to: configuration.width))
    if !isPreActivated { add(normalization("bn1") + [activation]) }
    for stage in 1...3 {
      beginStage("conv\(stage + 1)_x")
      let outputs = configuration.width << (stage - 1)
      for index in 0..<(configuration.blocksPerStage ?? 0) {
        let stride = stage > 1 && index == 0 ? 2 : 1
        add(block("layer\(stage).\(index)", [(outputs, 3, stride), (outputs, 3, 1)]))
      }
    }
    beginStage("fc")
    if isPreActivated { add(normalization("bn") + [activation]) }
    addClassifier("fc", classes: classes)
  }

  /// He et al. 2015, table 1: a 7×7 convolution with stride 2, 3×3 maximum pooling with stride 2,
  /// four stages of basic (18, 34) or bottleneck (50, 101, 152) blocks with 1, 2, 4 and 8 times
  /// `width` filters, the latter three starting with stride 2, global average pooling and a linear
  /// classifier. The first stride is another where the configuration has one.
  fileprivate mutating func addImageNet(classes: Int) {
    let blocks: [Int] =
      switch configuration.depth {
      case 18: [2, 2, 2, 2]
      case 101: [3, 4, 23, 3]
      case 152: [3, 8, 36, 3]
      default: [3, 4, 6, 3]
      }
    let isBottleneck = configuration.depth >= 50
    beginStage("conv1")
    let stride = configuration.stemStride ?? 2
    add(convolution("conv1", to: configuration.width, kernel: 7, stride: stride))
    add(normalization("bn1") + [activation])
    for stage in 1...4 {
      beginStage("conv\(stage + 1)_x")
      if stage == 1 { add(.maximumPooling(kernel: 3, stride: 2, padding: 1)) }
      let width = configuration.width << (stage - 1)
      for index in 0..<blocks[stage - 1] {
        let stride = stage > 1 && index == 0 ? 2 : 1
        let (first, middle) =
          configuration.bottleneckStride == .first ? (stride, 1) : (1, stride)
        add(
          block(
            "layer\(stage).\(index)",
            isBottleneck
              ? [(width, 1, first), (width, 3, middle), (4 * width, 1, 1)]
              : [(width, 3, stride), (width, 3, 1)]))
      }
    }
    beginStage("fc")
    if configuration.order.beginsWithActivation { add(normalization("bn") + [activation]) }
    addClassifier("fc", classes: classes)
  }

  /// Simonyan and Zisserman 2014 (arXiv:1409.1556), table 1, columns D and E: five stages of 3×3
  /// convolutions, each followed by 2×2 maximum pooling, and three linear layers.
  ///
  /// Named as torchvision's, with its pooling to 7×7 for images of other sizes than 224×224. The
  /// paper's dropout before the last two linear layers is left out.
  fileprivate mutating func addVGG(classes: Int) {
    let convolutions = configuration.depth == 16 ? [2, 2, 3, 3, 3] : [2, 2, 4, 4, 4]
    var index = 0
    for (stage, count) in convolutions.enumerated() {
      beginStage("conv\(stage + 1)_x")
      for _ in 0..<count {
        let layer = convolution(
          "features.\(index)", to: configuration.width << min(stage, 3), hasBias: true)
        let normalization = normalization("features.\(index + 1)")
        add([layer] + normalization + [activation])
        index += 2 + normalization.count
      }
      add(.maximumPooling(kernel: 2, stride: 2, padding: 0))
      index += 1
    }
    beginStage("fc")
    let hidden = 64 * configuration.width
    add(.averagePooling(side: 7), .flattening)
    add(linear("classifier.0", from: channels * 49, to: hidden), activation)
    add(linear("classifier.3", from: hidden, to: hidden), activation)
    add(linear("classifier.6", from: hidden, to: classes))
  }

  /// The tutorial's code: convolutions with biases, no normalization after the first one, 1×1
  /// projections without normalization where a stage begins, and in the first stage one block more
  /// than asked for, because its `special` branch adds two. So "ResNet-18" has 20 weighted layers.
  fileprivate mutating func addNotes(classes: Int) {
    let asked = configuration.depth == 18 ? [2, 2, 2, 2] : [3, 4, 6, 3]
    beginStage("conv1")
    add(
      convolution("0.0", to: configuration.width, kernel: 7, stride: 2, hasBias: true), activation)
    for (stage, count) in asked.enumerated() {
      beginStage("conv\(stage + 2)_x")
      if stage == 0 { add(.maximumPooling(kernel: 3, stride: 2, padding: 1)) }
      for index in 0..<(stage == 0 ? count + 1 : count) {
        add(
          notesBlock(
            "\(stage + 1).\(index)", outputs: configuration.width << stage,
            isFirst: stage > 0 && index == 0))
      }
    }
    beginStage("fc")
    addClassifier("7", classes: classes)
  }

  /// Balduzzi et al. 2017, section 2: a layer that sees the whole image, blocks of one layer each, as wide,
  /// and a linear classifier. All are written as convolutions whose filters are as large as what they see:
  /// `side` pixels, then one.
  fileprivate mutating func addDense(side: Int, classes: Int) {
    beginStage("fc1")
    add(wholeImage("fc1", side: side))
    beginStage("hidden")
    for index in 1..<max(configuration.depth - 1, 1) {
      add(block("hidden.\(index)", [(configuration.width, 1, 1)]))
    }
    beginStage("fc")
    add(normalization("bn") + [activation])
    addClassifier("fc", classes: classes)
  }

  private mutating func notesBlock(
    _ name: String, outputs: Int, isFirst: Bool
  ) -> Architecture.Element {
    let inputs = channels
    let stride = isFirst ? 2 : 1
    var branch = [convolution("\(name).conv1", to: outputs, stride: stride, hasBias: true)]
    branch += normalization("\(name).bn1") + [activation]
    branch.append(convolution("\(name).conv2", to: outputs, hasBias: true))
    branch += normalization("\(name).bn2")
    let projection = projection("\(name).conv3", from: inputs, stride: stride, hasBias: true)
    return .block(
      Architecture.Block(
        place: place(of: name, changesShape: isFirst), branch: branch,
        shortcut: isFirst ? .projection([projection]) : .identity,
        activation: configuration.activation))
  }
}
