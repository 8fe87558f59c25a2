internal import COneDNN

/// How far one step of gradient descent went.
package struct UpdateSize: Hashable, Sendable {
  /// ‖w‖ before the step.
  package let weightNorm: Double
  /// ‖Δw‖.
  package let updateNorm: Double

  /// ‖Δw‖ ÷ ‖w‖; not a number, or infinite, where the weights are all zero.
  package var ratio: Double { updateNorm / weightNorm }
}

/// Takes one step of gradient descent with momentum and weight decay in the paper's form:
///
///     v ← momentum·v − rate·(gradient + decay·w);  w ← w + v
///
/// Returns the new weights and velocity, row-major. In contrast to PyTorch's form the rate scales
/// what enters the velocity, not the velocity: after a drop the old velocity still runs out at its
/// old size (Krizhevsky et al. 2012, section 5).
package func gradientDescentStep(
  weights: Tensor, velocity: Tensor, gradient: Tensor, momentum: Double, decay: Double,
  rate: Double
) -> (weights: Tensor, velocity: Tensor, size: UpdateSize) {
  precondition(
    gradient.shape == weights.shape && velocity.shape == weights.shape,
    "a step of \(velocity.shape) along \(gradient.shape) from \(weights.shape)")
  let newWeights = weights.copy()
  let newVelocity = velocity.copy()
  let sizes = gf_sgd_step(
    weights.engine.handle, newWeights.buffer.floats, newVelocity.buffer.floats,
    gradient.rowMajor().buffer.floats, Int64(weights.shape.count), Float(momentum), Float(decay),
    Float(rate))
  let size = UpdateSize(
    weightNorm: sizes.weights_squared.squareRoot(),
    updateNorm: sizes.update_squared.squareRoot())
  return (newWeights, newVelocity, size)
}

extension Tensor {
  /// The same values, row-major, in memory of their own.
  fileprivate func copy() -> Tensor {
    let plain = rowMajor()
    let copy = Tensor(shape: shape, layout: plain.layout, engine: engine)
    copy.buffer.floats.update(from: plain.buffer.floats, count: shape.count)
    return copy
  }
}
