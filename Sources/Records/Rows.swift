package import Experiments

/// One training step: the values of its forward pass, before its update.
package struct StepRow: Hashable, Sendable {
  /// Counted from 0: step 0 sees the network at initialization.
  package var step: Int
  /// Mean cross-entropy of the mini-batch, in nats.
  package var loss: Double
  /// Of the mini-batch, in percent; nan where it was not measured.
  package var error: Double
  package var learningRate: Double

  package init(step: Int, loss: Double, error: Double, learningRate: Double) {
    self.step = step
    self.loss = loss
    self.error = error
    self.learningRate = learningRate
  }
}

/// One evaluation on held-out images.
package struct EvaluationRow: Hashable, Sendable {
  /// Training steps done so far.
  package var step: Int
  /// The same in passes over the training images; a fraction where a run is shorter than one, nan
  /// where it is not known.
  package var epoch: Double
  /// Mean over the mini-batches since the evaluation before, in percent; nan where it was not
  /// measured.
  package var trainingError: Double
  /// In percent; nan where it was not measured.
  package var evaluationError: Double

  package init(step: Int, epoch: Double, trainingError: Double, evaluationError: Double) {
    self.step = step
    self.epoch = epoch
    self.trainingError = trainingError
    self.evaluationError = evaluationError
  }
}

/// The gradient of one layer at one step. Where it is not known, as at a step that another program's
/// gradient scaler skipped, its numbers are nan, and so is the share of zeros.
package struct GradientRow: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// ∂loss/∂weights.
    case weight
    /// ∂loss/∂output, of the layer's output before normalization, for the whole mini-batch.
    case activation
  }

  package var step: Int
  package var layer: LayerPlace
  package var kind: Kind
  /// √Σg².
  package var l2: Double
  /// √(Σg²/n).
  package var rms: Double
  /// max |g|.
  package var maximum: Double
  /// The share of exact zeros, 0…1; nan where the gradient is not known.
  package var zeroFraction: Double
  /// √Σw² of the weights; nil for activations.
  package var weightNorm: Double?
  /// ‖Δw‖ ÷ ‖w‖ of this step's update; nil for activations.
  package var updateRatio: Double?

  package init(
    step: Int, layer: LayerPlace, kind: Kind, l2: Double, rms: Double, maximum: Double,
    zeroFraction: Double, weightNorm: Double? = nil, updateRatio: Double? = nil
  ) {
    self.step = step
    self.layer = layer
    self.kind = kind
    self.l2 = l2
    self.rms = rms
    self.maximum = maximum
    self.zeroFraction = zeroFraction
    self.weightNorm = weightNorm
    self.updateRatio = updateRatio
  }
}

extension GradientRow {
  /// Whether the gradient is known. One that is known may be nan.
  package var isKnown: Bool { !zeroFraction.isNaN }
}

/// The response of one layer at one step: its output after normalization, before the nonlinearity
/// and the addition (paper, figure 7).
package struct ResponseRow: Hashable, Sendable {
  package var step: Int
  package var layer: LayerPlace
  /// Over all images, channels and pixels of the mini-batch.
  package var deviation: Double
  package var mean: Double
  /// Whether there was one. One that is known may be nan, and what is not known is.
  package var isKnown = true

  package init(step: Int, layer: LayerPlace, deviation: Double, mean: Double) {
    self.step = step
    self.layer = layer
    self.deviation = deviation
    self.mean = mean
  }
}

/// What passed one block at one step; see `BlockQuantity` for the quantities. Those of the shortcut are
/// nil in plain blocks.
package struct BlockRow: Hashable, Sendable {
  package var step: Int
  package var block: BlockPlace
  /// ‖g‖₂, g = ∂loss/∂(F(x) + shortcut(x)).
  package var gradientAtSum: Double
  /// ‖shortcutᵀ g‖₂.
  package var gradientThroughShortcut: Double?
  /// ‖Fᵀ g‖₂.
  package var gradientThroughBranch: Double
  /// Of the angle between the two.
  package var gradientCosine: Double?
  /// Root mean squares of the block's input x, of F(x), and of the block's output.
  package var inputRMS: Double
  package var branchRMS: Double
  package var outputRMS: Double

  package init(
    step: Int, block: BlockPlace, gradientAtSum: Double, gradientThroughShortcut: Double?,
    gradientThroughBranch: Double, gradientCosine: Double?, inputRMS: Double, branchRMS: Double,
    outputRMS: Double
  ) {
    self.step = step
    self.block = block
    self.gradientAtSum = gradientAtSum
    self.gradientThroughShortcut = gradientThroughShortcut
    self.gradientThroughBranch = gradientThroughBranch
    self.gradientCosine = gradientCosine
    self.inputRMS = inputRMS
    self.branchRMS = branchRMS
    self.outputRMS = outputRMS
  }
}
