internal import COneDNN

/// Averages each cell of a grid of `side`×`side` over each channel of each image, as PyTorch's
/// `adaptive_avg_pool2d` does: cell i spans the rows ⌊iH/side⌋ ..< ⌈(i+1)H/side⌉, so cells overlap
/// where the side does not divide H, and repeat pixels where it is larger.
///
/// Input N×C×H×W; output N×C×side×side.
package func adaptiveAveragePooling(_ input: Tensor, side: Int) -> Tensor {
  precondition(
    input.shape.rank == 4 && side >= 1, "\(input.shape) cannot be pooled to a side of \(side)")
  let source = input.rowMajor()
  let shape = Shape(input.shape[0], input.shape[1], side, side)
  let output = Tensor(shape: shape, layout: input.engine.plainLayout(shape), engine: input.engine)
  gf_adaptive_average(
    input.engine.handle, Int64(input.shape[0] * input.shape[1]), Int64(input.shape[2]),
    Int64(input.shape[3]), Int64(side), source.buffer.floats, output.buffer.floats)
  return output
}

/// The derivative of ``adaptiveAveragePooling(_:side:)``, its adjoint.
package func adaptiveAveragePoolingGradient(_ outputGradient: Tensor, inputShape: Shape) -> Tensor {
  let side = outputGradient.shape[2]
  precondition(
    outputGradient.shape == Shape(inputShape[0], inputShape[1], side, side),
    "a gradient of \(outputGradient.shape) for an input of \(inputShape)")
  let engine = outputGradient.engine
  let source = outputGradient.rowMajor()
  let gradient = Tensor(shape: inputShape, layout: engine.plainLayout(inputShape), engine: engine)
  gf_adaptive_average_adjoint(
    engine.handle, Int64(inputShape[0] * inputShape[1]), Int64(inputShape[2]),
    Int64(inputShape[3]), Int64(side), source.buffer.floats, gradient.buffer.floats)
  return gradient
}
