package import Experiments

/// A network as a value: which layers it is made of and how they are joined, without any weights.
///
/// Networks are built from it, tables count it, and figures draw it.
package struct Architecture: Hashable, Sendable {
  package let configuration: NetworkConfiguration
  /// What the images are.
  package let input: Extent
  package let classes: Int
  /// In forward order; the last one is the classifier's.
  package internal(set) var stages: [Stage]

  package var name: String { configuration.name }

  /// Layers of one resolution, as the paper's table 1 groups them.
  package struct Stage: Hashable, Sendable {
    /// As in the paper: `conv1`, `conv2_x`, …, `fc`.
    package let name: String
    package var elements: [Element]
  }

  /// A piece of a network, applied to what the one before gives.
  package indirect enum Element: Hashable, Sendable {
    case convolution(Convolution)
    /// Its scale γ begins at `scale`.
    case batchNormalization(name: String, channels: Int, scale: Float = 1)
    case activation(Activation)
    /// All values times a constant.
    case scaling(Double)
    /// One number that is learned, for all values.
    case scalar(Scalar)
    /// A share of the values zero while learning, the rest larger by as much.
    case dropout(name: String, share: Double)
    /// The largest value in windows of K×K pixels.
    case maximumPooling(kernel: Int, stride: Int, padding: Int)
    /// The average of each cell of a grid of S×S over the image; 1 averages the whole image.
    case averagePooling(side: Int)
    /// N×C×H×W → N×CHW.
    case flattening
    case linear(Linear)
    case block(Block)
    /// What is left of a block that was taken out.
    case bypass(Shortcut)
  }

  package struct Convolution: Hashable, Sendable {
    package let place: LayerPlace
    package let inputs: Int
    package let outputs: Int
    /// The side of the filters.
    package let kernel: Int
    package let stride: Int
    package let padding: Int
    package let hasBias: Bool
    /// The initial weights are drawn, and then multiplied by this.
    package var gain = 1.0
    /// Where its biases begin.
    package var bias = 0.0
    /// Biases are drawn around it with this standard deviation.
    package var biasDeviation = 0.0
  }

  /// A learned number that is added to all values, or that they are multiplied by.
  package struct Scalar: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case added, factor }

    package let name: String
    package let kind: Kind
    package let initial: Float
    /// The share of the learning rate that it learns with.
    package var rateFactor = 1.0
  }

  package struct Linear: Hashable, Sendable {
    package let place: LayerPlace
    package let inputs: Int
    package let outputs: Int
    /// The initial weights are drawn, and then multiplied by this.
    package var gain = 1.0
  }

  /// A group of layers, with a shortcut around it in a residual network.
  package struct Block: Hashable, Sendable {
    package let place: BlockPlace
    package var branch: [Element]
    package let shortcut: Shortcut
    /// After the addition, or after the branch where there is none.
    package let activation: Activation?
    /// What comes after the shortcut, before the addition: a scaling or a dropout; mostly nothing.
    package var onShortcut: [Element] = []
    /// What decides between shortcut and branch; mostly nothing.
    package var gate: Gate?

    package var name: String { place.name }

    /// The last layer of the branch.
    package var lastLayer: LayerPlace? {
      branch.reversed().lazy.compactMap { element in
        if case .convolution(let convolution) = element { convolution.place } else { nil }
      }.first
    }
  }

  /// g = sigmoid(W x + b), which lets through 1−g of the shortcut, and g of the branch or all of it.
  package struct Gate: Hashable, Sendable {
    /// 1×1, from the block's input to the shape of its output.
    package let convolution: Convolution
    /// Whether it is the branch's as well.
    package let isExclusive: Bool
  }

  /// What leads around a block.
  package enum Shortcut: Hashable, Sendable {
    /// Nothing: the block is plain.
    case none
    case identity
    /// Every `stride`-th pixel, and channels of zeros up to `channels`.
    case zeroPadding(stride: Int, channels: Int)
    /// A 1×1 convolution, and its normalization if it has one.
    case projection([Element])
  }
}

/// The extents of what one image has become: C×H×W, or a number of features.
package enum Extent: Hashable, Sendable {
  case image(channels: Int, height: Int, width: Int)
  case features(Int)

  package var dimensions: [Int] {
    switch self {
    case .image(let channels, let height, let width): [channels, height, width]
    case .features(let count): [count]
    }
  }

  package var count: Int { dimensions.reduce(1, *) }
}

extension Extent: CustomStringConvertible {
  /// `64×56×56`.
  package var description: String { dimensions.map(String.init).joined(separator: "×") }
}

extension Architecture {
  /// The blocks in forward order; none in VGG.
  package var blocks: [Block] {
    stages.flatMap(\.elements).compactMap { element in
      if case .block(let block) = element { block } else { nil }
    }
  }

  /// The convolutions and linear layers of the main path in forward order, each projection behind
  /// the block that it leads around.
  package var places: [LayerPlace] { stages.flatMap { Self.places(in: $0.elements) } }

  /// The convolutions whose output goes into a normalization and nowhere else, so that the length of their
  /// weights does not matter.
  package var normalizedConvolutions: [LayerPlace] {
    stages.flatMap { Self.normalizedConvolutions(in: $0.elements) }
  }

  private static func normalizedConvolutions(in elements: [Element]) -> [LayerPlace] {
    elements.indices.flatMap { index -> [LayerPlace] in
      switch elements[index] {
      case .convolution(let convolution):
        guard case .batchNormalization? = elements.dropFirst(index + 1).first else { return [] }
        return [convolution.place]
      case .block(let block):
        guard case .projection(let around) = block.shortcut else {
          return normalizedConvolutions(in: block.branch)
        }
        return normalizedConvolutions(in: block.branch) + normalizedConvolutions(in: around)
      default: return []
      }
    }
  }

  private static func places(in elements: [Element]) -> [LayerPlace] {
    elements.flatMap { element -> [LayerPlace] in
      switch element {
      case .convolution(let convolution): return [convolution.place]
      case .linear(let linear): return [linear.place]
      case .block(let block):
        var around: [LayerPlace] = []
        if case .projection(let elements) = block.shortcut { around += places(in: elements) }
        if let gate = block.gate { around.append(gate.convolution.place) }
        return places(in: block.branch) + around
      default: return []
      }
    }
  }
}
