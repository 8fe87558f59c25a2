internal import COneDNN

/// Multiplies rows of features with a matrix: y = x·Wᵀ + b.
///
/// Input N×I, weights O×I, bias O; output N×O.
package func innerProduct(_ input: Tensor, weights: Tensor, bias: Tensor) -> Tensor {
  let (batch, inputs, outputs) = checked(input.shape, weights.shape)
  precondition(bias.shape == Shape(outputs), "a bias of \(bias.shape) for \(outputs) outputs")
  let primitive = input.engine.primitive(
    .innerProduct(.training, batch: batch, inputs: inputs, outputs: outputs))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_WEIGHTS, weights)
  primitive.bind(GF_BIAS, bias)
  let output = primitive.result(GF_DST, Shape(batch, outputs))
  primitive.run()
  return output
}

/// The derivative of ``innerProduct(_:weights:bias:)`` with respect to input, weights and bias:
/// g·W, gᵀ·x and Σₙ g.
package func innerProductGradient(
  _ outputGradient: Tensor, input: Tensor, weights: Tensor
) -> (input: Tensor, weights: Tensor, bias: Tensor) {
  let (batch, inputs, outputs) = checked(input.shape, weights.shape)
  precondition(
    outputGradient.shape == Shape(batch, outputs),
    "a gradient of \(outputGradient.shape) for an output of \(Shape(batch, outputs))")
  let engine = input.engine
  let backward = engine.primitive(
    .innerProduct(.inputGradient, batch: batch, inputs: inputs, outputs: outputs))
  backward.bind(GF_DIFF_DST, outputGradient)
  backward.bind(GF_WEIGHTS, weights)
  let inputGradient = backward.result(GF_DIFF_SRC, input.shape)
  backward.run()
  let update = engine.primitive(
    .innerProduct(.weightGradient, batch: batch, inputs: inputs, outputs: outputs))
  update.bind(GF_SRC, input)
  update.bind(GF_DIFF_DST, outputGradient)
  let weightGradient = update.result(GF_DIFF_WEIGHTS, weights.shape)
  let biasGradient = update.result(GF_DIFF_BIAS, Shape(outputs))
  update.run()
  return (inputGradient, weightGradient, biasGradient)
}

private func checked(_ input: Shape, _ weights: Shape) -> (batch: Int, inputs: Int, outputs: Int) {
  precondition(
    input.rank == 2 && weights.rank == 2 && input[1] == weights[1],
    "an input of \(input) (N×I) does not fit weights of \(weights) (O×I)")
  return (input[0], input[1], weights[0])
}
