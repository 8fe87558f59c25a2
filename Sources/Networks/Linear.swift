package import Experiments
package import Tensors

/// The classifier: logits = x·Wᵀ + b. Input N×I, output N×O.
package struct Linear: Layer {
  package let place: LayerPlace
  /// O×I.
  package let weights: Parameter
  /// O.
  package let bias: Parameter

  package var parameters: [Parameter] { [weights, bias] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let weightsUsed = weights.value
    let output = innerProduct(input, weights: weightsUsed, bias: bias.value)
    pass.probe?.observe(response: Response(output.summary()), of: place)
    return Flow(output) { gradient in
      pass.probe?.observe(outputGradient: gradient, of: place)
      let found = innerProductGradient(gradient, input: input, weights: weightsUsed)
      weights.gradient = found.weights
      bias.gradient = found.bias
      pass.probe?.observe(weightGradient: found.weights, of: place)
      return found.input
    }
  }
}
