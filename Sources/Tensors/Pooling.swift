internal import COneDNN

/// What a pooling's derivative needs to know of its forward pass.
package struct PoolingTrace {
  let window: Window
  let layout: Layout
  let maximum: Bool
  let positions: Buffer?
  let engine: Engine
}

/// Takes the largest value of each window. Padding never wins.
///
/// Input N×C×H×W; output N×C×H'×W'.
package func maximumPooling(
  _ input: Tensor, size: Int, stride: Int, padding: Int = 0
) -> (output: Tensor, trace: PoolingTrace) {
  precondition(padding < size, "padding \(padding) would leave windows of size \(size) empty")
  return pool(
    input, maximum: true,
    Window(
      input: input.shape, outputChannels: input.shape[1], kernelHeight: size, kernelWidth: size,
      stride: stride, padding: padding))
}

/// Averages each channel of each image: N×C×H×W → N×C×1×1.
package func globalAveragePooling(_ input: Tensor) -> (output: Tensor, trace: PoolingTrace) {
  precondition(input.shape.rank == 4, "pooling takes N×C×H×W, not \(input.shape)")
  return pool(
    input, maximum: false,
    Window(
      input: input.shape, outputChannels: input.shape[1], kernelHeight: input.shape[2],
      kernelWidth: input.shape[3], stride: 1, padding: 0))
}

/// The derivative of a pooling: the gradient goes to the largest elements, or to all alike.
package func poolingGradient(_ outputGradient: Tensor, trace: PoolingTrace) -> Tensor {
  precondition(
    outputGradient.shape == trace.window.output,
    "a gradient of \(outputGradient.shape) for an output of \(trace.window.output)")
  let primitive = trace.engine.primitive(
    .pooling(.inputGradient, maximum: trace.maximum, trace.window, trace.layout))
  primitive.bind(GF_DIFF_DST, outputGradient)
  if let positions = trace.positions { primitive.bind(GF_WORKSPACE, positions) }
  let gradient = primitive.result(GF_DIFF_SRC, trace.window.input)
  primitive.run()
  return gradient
}

private func pool(
  _ input: Tensor, maximum: Bool, _ window: Window
) -> (output: Tensor, trace: PoolingTrace) {
  let primitive = input.engine.primitive(
    .pooling(.training, maximum: maximum, window, input.layout))
  primitive.bind(GF_SRC, input)
  let output = primitive.result(GF_DST, window.output)
  let positions = primitive.workspace()
  primitive.run()
  let trace = PoolingTrace(
    window: window, layout: input.layout, maximum: maximum, positions: positions,
    engine: input.engine)
  return (output, trace)
}
