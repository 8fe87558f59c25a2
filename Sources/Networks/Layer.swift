package import Tensors

/// A piece of a network: a function of tensors that knows its way back.
package protocol Layer {
  /// What it learns, in the order of PyTorch's state dict.
  var parameters: [Parameter] { get }

  /// Applies the layer. The result carries the way back from it.
  func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow
}

/// What flows forward out of a layer, and the way back through it.
package struct Flow {
  package let output: Tensor
  /// ∂loss/∂output ↦ ∂loss/∂input. Leaves the gradients of the layer's parameters with them on its
  /// way. It is walked once: what the forward pass kept for it is released as it is used.
  package let pullback: (Tensor) -> Tensor

  package init(_ output: Tensor, pullback: @escaping (Tensor) -> Tensor) {
    self.output = output
    self.pullback = pullback
  }

  /// The way back out of evaluation, which keeps nothing for it.
  static func noWayBack(_ gradient: Tensor) -> Tensor {
    preconditionFailure("gradients flow backward through training mode only")
  }
}

/// The circumstances of one forward and backward pass.
package struct Pass {
  package enum Mode: Sendable {
    /// Normalization by the statistics of the mini-batch, which are gathered for later.
    case training
    /// Normalization by the statistics gathered so far.
    case evaluation
    /// As evaluation, with a way back on which the statistics are constants: what reaches an image is the
    /// gradient of a function of this image alone.
    case frozen

    /// Whether what the way back needs is kept.
    var hasWayBack: Bool { self != .evaluation }
  }

  package let mode: Mode
  /// Who looks on, if anyone.
  package let probe: (any GradientProbe)?
  /// The step of the training, for what is drawn anew at each.
  package let step: Int
  /// By index, the blocks that the gradient leaves by their branch alone, and all others by their shortcut
  /// alone; nil for both roads through all of them.
  package let branches: Set<Int>?
  /// Which shard of a mini-batch passes, from 0; nil for the whole one. The statistics of a shard wait to be
  /// gathered with those of the others.
  package let shard: Int?

  package init(
    _ mode: Mode, probe: (any GradientProbe)? = nil, step: Int = 0, branches: Set<Int>? = nil,
    shard: Int? = nil
  ) {
    self.mode = mode
    self.probe = probe
    self.step = step
    self.branches = branches
    self.shard = shard
  }
}
