package import Experiments
package import Tensors

/// A convolution with K×K filters.
///
/// Input N×C×H×W; output N×O×H'×W'.
package struct Convolution: Layer {
  package let place: LayerPlace
  package let weights: Parameter
  package let bias: Parameter?
  package let stride: Int
  package let padding: Int
  /// Whether the output itself is the layer's response, there being no normalization behind it.
  let responds: Bool

  package var parameters: [Parameter] { [weights] + (bias.map { [$0] } ?? []) }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    flow(from: input, again: { input }, in: pass)
  }

  /// As a call, but what the weights' gradient needs of the input is made again on the way back by
  /// `again` and not kept.
  func flow(from input: Tensor, again: @escaping () -> Tensor, in pass: Pass) -> Flow {
    let root = rootFlow(from: input, again: again, in: pass)
    let back = root.pullback
    let (weights, shape) = (weights.value, input.shape)
    return Flow(root.output) { gradient in
      back(gradient)
      return convolutionInputGradient(
        gradient, weights: weights, inputShape: shape, stride: stride, padding: padding)
    }
  }

  /// The convolution where a network begins: nobody wants the gradient of the images, so it is not
  /// computed.
  func applied(toImages input: Tensor, in pass: Pass) -> RootFlow {
    rootFlow(from: input, again: { input }, in: pass)
  }

  private func rootFlow(
    from input: Tensor, again: @escaping () -> Tensor, in pass: Pass
  ) -> RootFlow {
    let output = convolution(
      input, weights: weights.value, bias: bias?.value, stride: stride, padding: padding)
    if responds { pass.probe?.observe(response: Response(output.summary()), of: place) }
    return RootFlow(output: output) { gradient in
      pass.probe?.observe(outputGradient: gradient, of: place)
      let found = convolutionWeightGradient(
        gradient, input: again(), weightShape: weights.value.shape, bias: bias != nil,
        stride: stride, padding: padding)
      weights.gradient = found.weights
      bias?.gradient = found.bias
      pass.probe?.observe(weightGradient: found.weights, of: place)
    }
  }
}

/// What flows out of a network's first layer. The way back ends there.
package struct RootFlow {
  package let output: Tensor
  /// Takes ∂loss/∂output and leaves the gradients of all parameters with them.
  package let pullback: (Tensor) -> Void
}
