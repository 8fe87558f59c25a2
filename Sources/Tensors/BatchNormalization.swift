internal import COneDNN

/// What the derivative of a batch normalization needs to know of its forward pass.
package struct BatchNormalizationTrace {
  let input: Tensor
  let scale: Tensor
  let epsilon: Float
  let relu: Bool
  let signs: Buffer?
  /// Of the mini-batch, one number per channel.
  package let mean: Tensor
  /// Of the mini-batch, one number per channel: Σ(x−mean)²/n, not n−1.
  package let variance: Tensor
}

/// Normalizes each channel over the mini-batch (Ioffe and Szegedy 2015, algorithm 1):
///
///     y = scale · (x − mean) / √(variance + ε) + shift
///
/// and takes max(y, 0) if `relu` is asked for, which costs no pass over memory of its own.
/// Input N×C×H×W; scale and shift C.
package func batchNormalization(
  _ input: Tensor, scale: Tensor, shift: Tensor, epsilon: Float = 1e-5, relu: Bool = false
) -> (output: Tensor, trace: BatchNormalizationTrace) {
  let channels = checkedChannels(input, scale, shift)
  let measured = channelMoments(input)
  let primitive = input.engine.primitive(
    .batchNormalization(
      .training, input.layout, epsilon: epsilon, relu: relu, givenStatistics: measured != nil))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_SCALE, scale)
  primitive.bind(GF_SHIFT, shift)
  let output = primitive.result(GF_DST, input.shape)
  let mean = measured?.mean ?? primitive.result(GF_MEAN, channels)
  let variance = measured?.variance ?? primitive.result(GF_VARIANCE, channels)
  if let measured {
    primitive.bind(GF_MEAN, measured.mean)
    primitive.bind(GF_VARIANCE, measured.variance)
  }
  let signs = primitive.workspace()
  primitive.run()
  let trace = BatchNormalizationTrace(
    input: input, scale: scale, epsilon: epsilon, relu: relu, signs: signs, mean: mean,
    variance: variance)
  return (output, trace)
}

/// The derivative of a batch normalization with respect to input, scale and shift. The statistics
/// of the mini-batch depend on the input, too.
package func batchNormalizationGradient(
  _ outputGradient: Tensor, trace: BatchNormalizationTrace
) -> (input: Tensor, scale: Tensor, shift: Tensor) {
  let input = trace.input
  precondition(
    outputGradient.shape == input.shape,
    "a gradient of \(outputGradient.shape) for an output of \(input.shape)")
  let primitive = input.engine.primitive(
    .batchNormalization(.inputGradient, input.layout, epsilon: trace.epsilon, relu: trace.relu))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_SCALE, trace.scale)
  primitive.bind(GF_MEAN, trace.mean)
  primitive.bind(GF_VARIANCE, trace.variance)
  primitive.bind(GF_DIFF_DST, outputGradient)
  if let signs = trace.signs { primitive.bind(GF_WORKSPACE, signs) }
  let gradient = primitive.result(GF_DIFF_SRC, input.shape)
  let scale = primitive.result(GF_DIFF_SCALE, trace.scale.shape)
  let shift = primitive.result(GF_DIFF_SHIFT, trace.scale.shape)
  primitive.run()
  return (gradient, scale, shift)
}

/// Normalizes with given statistics, those gathered during training, one number per channel.
package func batchNormalization(
  _ input: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor,
  epsilon: Float = 1e-5, relu: Bool = false
) -> Tensor {
  let channels = checkedChannels(input, scale, shift)
  precondition(
    mean.shape == channels && variance.shape == channels,
    "statistics of \(mean.shape) and \(variance.shape) for \(channels) channels")
  let primitive = input.engine.primitive(
    .batchNormalization(
      .inference, input.layout, epsilon: epsilon, relu: relu, givenStatistics: true))
  primitive.bind(GF_SRC, input)
  primitive.bind(GF_SCALE, scale)
  primitive.bind(GF_SHIFT, shift)
  primitive.bind(GF_MEAN, mean)
  primitive.bind(GF_VARIANCE, variance)
  let output = primitive.result(GF_DST, input.shape)
  primitive.run()
  return output
}

/// The output of a normalization again, from what its derivative keeps: cheaper than to keep the
/// output, too.
package func batchNormalization(
  repeating trace: BatchNormalizationTrace, shift: Tensor
) -> Tensor {
  batchNormalization(
    trace.input, scale: trace.scale, shift: shift, mean: trace.mean, variance: trace.variance,
    epsilon: trace.epsilon, relu: trace.relu)
}

/// Mean and variance of each channel over the mini-batch, C each, in one pass over memory; nil where the
/// layout is not one of blocks of channels, for which oneDNN's normalization measures them itself.
private func channelMoments(_ input: Tensor) -> (mean: Tensor, variance: Tensor)? {
  let engine = input.engine
  let channels = Shape(input.shape[1])
  let mean = Tensor(shape: channels, layout: engine.plainLayout(channels), engine: engine)
  let variance = Tensor(shape: channels, layout: mean.layout, engine: engine)
  let isMeasured = gf_measure_channels(
    engine.handle, input.layout.handle, input.shape.dimensions.map(Int64.init),
    input.buffer.floats, mean.buffer.floats, variance.buffer.floats)
  return isMeasured ? (mean, variance) : nil
}

private func checkedChannels(_ input: Tensor, _ scale: Tensor, _ shift: Tensor) -> Shape {
  precondition(input.shape.rank == 4, "batch normalization takes N×C×H×W, not \(input.shape)")
  let channels = Shape(input.shape[1])
  precondition(
    scale.shape == channels && shift.shape == channels,
    "scale of \(scale.shape) and shift of \(shift.shape) for \(channels) channels")
  return channels
}
