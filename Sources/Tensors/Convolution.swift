internal import COneDNN

/// Convolves images with filters (cross-correlation, as everywhere in deep learning):
///
///     y[n,o,i,j] = b[o] + Σ_{c,k,l} w[o,c,k,l] · x[n,c, s·i+k−p, s·j+l−p]
///
/// Input N×C×H×W, weights O×C×K×L, bias O; output N×O×H'×W'.
package func convolution(
  _ input: Tensor, weights: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0
) -> Tensor {
  let window = convolutionWindow(
    input: input.shape, weights: weights.shape, stride: stride, padding: padding)
  let primitive = input.engine.primitive(.convolution(.training, window, bias: bias != nil))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_WEIGHTS, weights)
  if let bias { primitive.bind(GF_BIAS, bias) }
  let output = primitive.result(GF_DST, window.output)
  primitive.run()
  return output
}

/// The derivative of ``convolution(_:weights:bias:stride:padding:)`` with respect to its input:
/// ∂loss/∂y ↦ ∂loss/∂x.
package func convolutionInputGradient(
  _ outputGradient: Tensor, weights: Tensor, inputShape: Shape, stride: Int = 1, padding: Int = 0
) -> Tensor {
  let window = convolutionWindow(
    input: inputShape, weights: weights.shape, stride: stride, padding: padding)
  precondition(
    outputGradient.shape == window.output,
    "a gradient of \(outputGradient.shape) for an output of \(window.output)")
  let primitive = outputGradient.engine.primitive(.convolution(.inputGradient, window, bias: false))
  primitive.bind(GF_DIFF_DST, outputGradient)
  primitive.bind(GF_WEIGHTS, weights)
  let gradient = primitive.result(GF_DIFF_SRC, inputShape)
  primitive.run()
  return gradient
}

/// The derivative of ``convolution(_:weights:bias:stride:padding:)`` with respect to its weights
/// and, if it has one, its bias.
package func convolutionWeightGradient(
  _ outputGradient: Tensor, input: Tensor, weightShape: Shape, bias: Bool = false, stride: Int = 1,
  padding: Int = 0
) -> (weights: Tensor, bias: Tensor?) {
  let window = convolutionWindow(
    input: input.shape, weights: weightShape, stride: stride, padding: padding)
  precondition(
    outputGradient.shape == window.output,
    "a gradient of \(outputGradient.shape) for an output of \(window.output)")
  let primitive = input.engine.primitive(.convolution(.weightGradient, window, bias: bias))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_DIFF_DST, outputGradient)
  let weights = primitive.result(GF_DIFF_WEIGHTS, weightShape)
  let bias = bias ? primitive.result(GF_DIFF_BIAS, Shape(weightShape[0])) : nil
  primitive.run()
  return (weights, bias)
}

private func convolutionWindow(
  input: Shape, weights: Shape, stride: Int, padding: Int
) -> Window {
  precondition(
    weights.rank == 4 && input.rank == 4 && weights[1] == input[1],
    "weights of \(weights) (O×C×K×L) do not fit an input of \(input) (N×C×H×W)")
  return Window(
    input: input, outputChannels: weights[0], kernelHeight: weights[2], kernelWidth: weights[3],
    stride: stride, padding: padding)
}
