package import Tensors

/// What a layer learns, with the gradient of the last backward pass.
package final class Parameter {
  /// As in PyTorch's state dict: `layer1.0.conv1.weight`.
  package let name: String
  /// Row-major; O×C×K×L for convolutions, O×I for linear layers, C for the rest.
  package var value: Tensor
  /// ∂loss/∂value; nil before the first backward pass.
  package var gradient: Tensor?
  /// The share of the learning rate that it learns with.
  package let rateFactor: Double

  package init(_ name: String, _ value: Tensor, rateFactor: Double = 1) {
    self.name = name
    self.value = value
    self.rateFactor = rateFactor
  }
}
