package import Experiments
package import Tensors

/// Batch normalization after a convolution (Ioffe and Szegedy 2015), followed by ReLU if asked for.
///
/// Input and output N×C×H×W. Training normalizes by the mini-batch and gathers running statistics
/// for evaluation as PyTorch does: new = (1 − m)·old + m·batch with m = 0.1, with the unbiased variance.
package struct BatchNormalization: Layer {
  /// The convolution whose response this layer gives; nil where it follows none.
  package let place: LayerPlace?
  /// γ, one per channel.
  package let scale: Parameter
  /// β, one per channel.
  package let shift: Parameter
  package let statistics: RunningStatistics
  let relu: Bool

  package var parameters: [Parameter] { [scale, shift] }

  static let epsilon: Float = 1e-5

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    flow(from: input, in: pass).flow
  }

  /// As a call, and in training a way to make the output again from what the derivative keeps.
  func flow(from input: Tensor, in pass: Pass) -> (flow: Flow, again: () -> Tensor) {
    switch pass.mode {
    case .training: break
    case .frozen: return frozen(input)
    case .evaluation:
      let output = batchNormalization(
        input, scale: scale.value, shift: shift.value, mean: statistics.mean,
        variance: statistics.variance, epsilon: Self.epsilon, relu: relu)
      return (Flow(output, pullback: Flow.noWayBack), { output })
    }
    let (output, trace) = batchNormalization(
      input, scale: scale.value, shift: shift.value, epsilon: Self.epsilon, relu: relu)
    let found = RunningStatistics.OfBatch(
      mean: trace.mean, variance: trace.variance, count: input.shape.count / input.shape[1])
    if pass.shard == nil { statistics.gather(found) } else { statistics.ofShard = found }
    if let probe = pass.probe, let place { probe.observe(response: response(trace), of: place) }
    let flow = Flow(output) { gradient in
      let found = batchNormalizationGradient(gradient, trace: trace)
      scale.gradient = found.scale
      shift.gradient = found.shift
      return found.input
    }
    let shiftUsed = shift.value
    return (flow, { batchNormalization(repeating: trace, shift: shiftUsed) })
  }

  /// y = a·x + b per channel with constant a and b, and so a·g on the way back: the normalization of g with
  /// mean and shift 0.
  private func frozen(_ input: Tensor) -> (flow: Flow, again: () -> Tensor) {
    let (scale, variance) = (scale.value, statistics.variance)
    let output = batchNormalization(
      input, scale: scale, shift: shift.value, mean: statistics.mean, variance: variance,
      epsilon: Self.epsilon, relu: relu)
    let zero = Tensor(repeating: 0, shape: scale.shape, on: input.engine)
    let flow = Flow(output) { gradient in
      batchNormalization(
        relu ? Nonlinearity.relu.gradient(gradient, output: output) : gradient, scale: scale,
        shift: zero, mean: zero, variance: variance, epsilon: Self.epsilon)
    }
    return (flow, { output })
  }

  /// The response of the layer before any ReLU, known without looking at the output: in the
  /// mini-batch, channel c has mean β and variance γ²·σ²/(σ²+ε).
  private func response(_ trace: BatchNormalizationTrace) -> Response {
    let variances = trace.variance.values().map(Double.init)
    let scales = scale.value.values().map(Double.init)
    let shifts = shift.value.values().map(Double.init)
    let channels = Double(shifts.count)
    let mean = shifts.reduce(0, +) / channels
    var variance = 0.0
    for (channel, shift) in shifts.enumerated() {
      let inside = variances[channel] / (variances[channel] + Double(Self.epsilon))
      variance += scales[channel] * scales[channel] * inside + (shift - mean) * (shift - mean)
    }
    return Response(mean: mean, deviation: (variance / channels).squareRoot())
  }
}

/// Mean and variance per channel, gathered over the mini-batches of a training.
package final class RunningStatistics {
  package let meanName: String
  package let varianceName: String
  package var mean: Tensor
  package var variance: Tensor
  /// What part of the new statistics the next mini-batch makes.
  package var momentum: Float = 0.1

  init(_ name: String, channels: Int, on engine: Engine) {
    meanName = "\(name).running_mean"
    varianceName = "\(name).running_var"
    mean = Tensor(repeating: 0, shape: Shape(channels), on: engine)
    variance = Tensor(repeating: 1, shape: Shape(channels), on: engine)
  }

  /// What a mini-batch had, or a shard of one.
  package struct OfBatch {
    package let mean: Tensor
    /// Σ(x−mean)²/n.
    package let variance: Tensor
    /// n, the values per channel.
    package let count: Int

    package init(mean: Tensor, variance: Tensor, count: Int) {
      self.mean = mean
      self.variance = variance
      self.count = count
    }
  }

  /// Of the shard that passed last; nil where none did.
  package fileprivate(set) var ofShard: OfBatch?

  package func gather(_ batch: OfBatch) {
    let unbiased = batch.count > 1 ? Float(batch.count) / Float(batch.count - 1) : 1
    mean = blend(mean, batch.mean, scaledBy: 1)
    variance = blend(variance, batch.variance, scaledBy: unbiased)
  }

  private func blend(_ old: Tensor, _ batch: Tensor, scaledBy factor: Float) -> Tensor {
    let values = zip(old.values(), batch.values()).map {
      (1 - momentum) * $0 + momentum * factor * $1
    }
    return Tensor(values, shape: old.shape, on: old.engine)
  }
}
