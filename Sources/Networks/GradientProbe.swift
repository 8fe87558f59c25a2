package import Experiments
package import Tensors

/// An onlooker in a pass: is shown what arrives at every convolution, linear layer and block.
///
/// Responses come in forward order; then, for each layer from the last to the first, the gradient
/// that reaches its output and the gradient of its weights. What blocks tell comes in between.
package protocol GradientProbe: AnyObject {
  /// The layer's output after normalization, before the nonlinearity and the addition (paper,
  /// figure 7): mean and standard deviation over all images, channels and pixels of the mini-batch.
  func observe(response: Response, of layer: LayerPlace)
  /// ∂loss/∂output of the layer itself, before normalization.
  func observe(outputGradient: Tensor, of layer: LayerPlace)
  /// ∂loss/∂weights, O×C×K×L or O×I.
  func observe(weightGradient: Tensor, of layer: LayerPlace)
  /// What a block does to what passes it, a number at a time. A plain block has no shortcut to tell
  /// of, and its F(x) is the response of its last layer, unless it ends without a nonlinearity.
  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace)
}

/// What passes a block y = σ(F(x) + shortcut(x)), x being its input, F its branch, and g the gradient
/// at the sum, after σ′: ∂loss/∂(F(x) + shortcut(x)). In a plain block the sum is F(x) alone.
package enum BlockQuantity: CaseIterable, Sendable {
  /// The root mean square of x.
  case input
  /// That of F(x).
  case branch
  /// That of y.
  case output
  /// ‖g‖₂.
  case gradientAtSum
  /// ‖shortcutᵀ g‖₂: what comes back around the branch.
  case gradientThroughShortcut
  /// ‖Fᵀ g‖₂: what comes back through the branch.
  case gradientThroughBranch
  /// The cosine of the angle between the two; not a number where one of them is zero.
  case gradientCosine
}

/// How strongly a layer responds.
package struct Response: Hashable, Sendable {
  package let mean: Double
  package let deviation: Double

  package init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  init(_ summary: Summary) {
    self.init(mean: summary.mean, deviation: summary.deviation)
  }
}
