package import Experiments
package import Tensors

/// An onlooker in a pass: is shown what arrives at every convolution and linear layer.
///
/// Responses come in forward order; then, for each layer from the last to the first, the gradient
/// that reaches its output and the gradient of its weights.
package protocol GradientProbe: AnyObject {
  /// The layer's output after normalization, before the nonlinearity and the addition (paper,
  /// figure 7): mean and standard deviation over all images, channels and pixels of the mini-batch.
  func observe(response: Response, of layer: LayerPlace)
  /// ∂loss/∂output of the layer itself, before normalization.
  func observe(outputGradient: Tensor, of layer: LayerPlace)
  /// ∂loss/∂weights, O×C×K×L or O×I.
  func observe(weightGradient: Tensor, of layer: LayerPlace)
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
