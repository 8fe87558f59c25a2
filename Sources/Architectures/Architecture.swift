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
  package let stages: [Stage]

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
    case batchNormalization(name: String, channels: Int)
    case activation(Activation)
    /// The largest value in windows of K×K pixels.
    case maximumPooling(kernel: Int, stride: Int, padding: Int)
    /// The average of each cell of a grid of S×S over the image; 1 averages the whole image.
    case averagePooling(side: Int)
    /// N×C×H×W → N×CHW.
    case flattening
    case linear(Linear)
    case block(Block)
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
  }

  package struct Linear: Hashable, Sendable {
    package let place: LayerPlace
    package let inputs: Int
    package let outputs: Int
  }

  /// A group of layers, with a shortcut around it in a residual network.
  package struct Block: Hashable, Sendable {
    package let place: BlockPlace
    package let branch: [Element]
    package let shortcut: Shortcut
    /// After the addition, or after the branch where there is none.
    package let activation: Activation?

    package var name: String { place.name }

    /// The last layer of the branch.
    package var lastLayer: LayerPlace? {
      branch.reversed().lazy.compactMap { element in
        if case .convolution(let convolution) = element { convolution.place } else { nil }
      }.first
    }
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

  private static func places(in elements: [Element]) -> [LayerPlace] {
    elements.flatMap { element -> [LayerPlace] in
      switch element {
      case .convolution(let convolution): return [convolution.place]
      case .linear(let linear): return [linear.place]
      case .block(let block):
        guard case .projection(let around) = block.shortcut else { return places(in: block.branch) }
        return places(in: block.branch) + places(in: around)
      default: return []
      }
    }
  }
}
