/// Which network to build: a family, a depth, and what varies within the family.
package struct NetworkConfiguration: Hashable, Codable, Sendable {
  /// A way of stacking layers to any of its depths.
  package enum Family: String, CaseIterable, Codable, Sendable {
    /// 6n+2 layers for small images (He et al. 2015, section 4.2).
    case cifar
    /// 18, 34, 50, 101 or 152 layers (He et al. 2015, table 1).
    case imageNet = "imagenet"
    /// 16 or 19 layers without shortcuts (Simonyan and Zisserman 2014, columns D and E).
    case vgg
    /// The two networks of a widespread tutorial in PyTorch, as its code builds them: convolutions
    /// with biases, a first layer without normalization, and a block more than it means to have.
    case notes
    /// Fully connected layers of one width (Balduzzi et al. 2017, arXiv:1702.08591, section 2). The first
    /// has biases, drawn at random; normalization and nonlinearity come before the others.
    case dense
  }

  /// The two arms of the study.
  package enum Kind: String, CaseIterable, Codable, Sendable {
    /// Layers in a chain.
    case plain
    /// The same layers with a shortcut around every block.
    case residual
  }

  package var family: Family
  /// Plain, or with shortcuts.
  package var kind: Kind
  /// The number of weighted layers that the name states; those on shortcuts do not count.
  package var depth: Int
  /// Filters of the first stage: 16 for CIFAR, 64 for the others. Later stages have multiples. Of dense
  /// networks the units of every layer: 200.
  package var width: Int
  /// What follows each convolution.
  package var normalization: Normalization
  /// The nonlinearity after each normalization and after each addition.
  package var activation = Activation.relu
  /// What the shortcuts do where shapes change.
  package var shortcut: ShortcutOption
  /// Which layer of a bottleneck block halves the resolution.
  package var bottleneckStride = BottleneckStride.first
  /// The order of convolution, normalization and nonlinearity in a residual block.
  package var order = BlockOrder.postActivation
  /// How blocks join shortcut and branch; nil for their sum. Runs from before there were others have none.
  package var combination: Combination?
  /// The stride of the first convolution of the ImageNet family; nil for the paper's 2. With 1, images of
  /// half the size keep their resolution: of 32×32 pixels 2×2 are left at the end instead of one.
  package var stemStride: Int?

  /// A network of the paper's; the family's own width, normalization and shortcuts unless others
  /// are given.
  package init(_ kind: Kind, depth: Int, width: Int? = nil, family: Family = .cifar) {
    self.family = family
    self.kind = kind
    self.depth = depth
    self.width = width ?? family.width
    normalization = family == .vgg ? .none : .batch
    shortcut =
      family == .cifar || family == .dense ? .zeroPadding : .projectionWhereShapesChange
    if family == .dense { order = .preActivation }
  }

  /// n of 6n+2: the number of two-layer blocks in each stage; nil where the depth is not of this
  /// form.
  package var blocksPerStage: Int? {
    depth >= 8 && (depth - 2) % 6 == 0 ? (depth - 2) / 6 : nil
  }
}

extension NetworkConfiguration.Family {
  /// Filters of the first stage, as published.
  package var width: Int {
    switch self {
    case .cifar: 16
    case .imageNet, .vgg, .notes: 64
    case .dense: 200
    }
  }

  /// The depths there are; nil where there are too many to name: any 6n+2, or any at all.
  package var depths: [Int]? {
    switch self {
    case .cifar, .dense: nil
    case .imageNet: [18, 34, 50, 101, 152]
    case .vgg: [16, 19]
    case .notes: [18, 34]
    }
  }

  /// The side of the images that it was published for, in pixels.
  package var imageSize: Int {
    switch self {
    case .cifar: 32
    case .imageNet, .vgg, .notes: 224
    case .dense: 1
    }
  }

  /// The channels of those images.
  package var channels: Int { self == .dense ? 1 : 3 }

  /// The number of classes that it was published for.
  package var classes: Int {
    switch self {
    case .cifar, .notes: 10
    case .imageNet, .vgg: 1000
    case .dense: 2
    }
  }
}

/// What follows a convolution before its nonlinearity.
package enum Normalization: String, CaseIterable, Codable, Sendable {
  /// Batch normalization (Ioffe and Szegedy 2015).
  case batch
  /// Nothing; the convolutions then have biases.
  case none
}

/// The nonlinearity of a network.
package enum Activation: String, CaseIterable, Codable, Sendable {
  case relu, tanh, sigmoid
}

/// The shortcuts of the paper's section 3.3 and table 3.
package enum ShortcutOption: String, CaseIterable, Codable, Sendable {
  /// Identity; zeros for the channels that a stage adds.
  case zeroPadding = "A"
  /// Identity; a 1×1 convolution where shapes change.
  case projectionWhereShapesChange = "B"
  /// A 1×1 convolution around every block.
  case projection = "C"
}

/// Where a bottleneck block that begins a stage has its stride of 2.
package enum BottleneckStride: String, CaseIterable, Codable, Sendable {
  /// On the first 1×1 convolution, as in the paper.
  case first
  /// On the 3×3 convolution, as in torchvision ("v1.5").
  case middle
}

/// The order of layers in a residual block.
package enum BlockOrder: String, CaseIterable, Codable, Sendable {
  /// Convolution, normalization, nonlinearity; the last nonlinearity after the addition (He et al.
  /// 2015).
  case postActivation = "post-activation"
  /// Normalization, nonlinearity, convolution; nothing after the addition (He et al. 2016,
  /// arXiv:1603.05027, figure 4e).
  case preActivation = "pre-activation"
  /// The last normalization after the addition (2016, figure 4b).
  case normalizedAddition = "normalized-addition"
  /// The last nonlinearity before the addition (2016, figure 4c).
  case activatedBranch = "activated-branch"
  /// Nonlinearity, convolution, normalization (2016, figure 4d).
  case activationFirst = "activation-first"

  /// The word for it in names of networks.
  package var word: String {
    switch self {
    case .postActivation: "post"
    case .preActivation: "preact"
    case .normalizedAddition: "bnafter"
    case .activatedBranch: "relubefore"
    case .activationFirst: "relufirst"
    }
  }

  /// Whether blocks are entered and left without a nonlinearity, so that one comes after the last.
  package var beginsWithActivation: Bool { self == .preActivation || self == .activationFirst }
}
