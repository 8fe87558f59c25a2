/// Which network to build: a member of the CIFAR family of He et al. 2015, section 4.2.
package struct NetworkConfiguration: Hashable, Codable, Sendable {
  /// The two arms of the study.
  package enum Kind: String, CaseIterable, Codable, Sendable {
    /// Layers in a chain.
    case plain
    /// The same layers with an identity shortcut around every pair.
    case residual
  }

  /// Plain, or with shortcuts.
  package var kind: Kind
  /// The number of weighted layers, 6n+2.
  package var depth: Int
  /// Filters of the first stage; the second has twice, the third four times as many. 16 in the
  /// paper.
  package var width = 16
  /// What follows each convolution.
  package var normalization = Normalization.batch
  /// The nonlinearity after each normalization and after each addition.
  package var activation = Activation.relu

  package init(_ kind: Kind, depth: Int, width: Int = 16) {
    self.kind = kind
    self.depth = depth
    self.width = width
  }

  /// The name in the paper's manner: `plain-56`, `resnet-56`.
  package var name: String { "\(kind == .plain ? "plain" : "resnet")-\(depth)" }

  /// n of 6n+2: the number of two-layer blocks in each stage; nil where the depth is not of this
  /// form.
  package var blocksPerStage: Int? {
    depth >= 8 && (depth - 2) % 6 == 0 ? (depth - 2) / 6 : nil
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
