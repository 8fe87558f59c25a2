package import Experiments
package import Networks
package import Tensors

/// Stochastic gradient descent with momentum and weight decay, in the form of
/// `OptimizerConfiguration`. Keeps the velocity of every parameter.
package struct Momentum {
  package let configuration: OptimizerConfiguration
  /// In the order of the parameters.
  package internal(set) var velocities: [Tensor]

  /// An optimizer whose velocities are zero.
  package init(_ configuration: OptimizerConfiguration, for parameters: [Parameter]) {
    self.configuration = configuration
    velocities = parameters.map {
      Tensor(repeating: 0, shape: $0.value.shape, on: $0.value.engine)
    }
  }

  /// Moves every parameter along the gradient of the last backward pass, and tells how far, in the
  /// order of the parameters.
  package mutating func step(_ parameters: [Parameter], rate: Double) -> [UpdateSize] {
    precondition(
      parameters.count == velocities.count,
      "\(parameters.count) parameters for an optimizer of \(velocities.count)")
    let shortening = shortening(of: parameters)
    return parameters.indices.map { index in
      let parameter = parameters[index]
      guard let gradient = parameter.gradient else {
        preconditionFailure("\(parameter.name) has no gradient: no backward pass came before")
      }
      let result = gradientDescentStep(
        weights: parameter.value, velocity: velocities[index],
        gradient: shortening == 1 ? gradient : scale(gradient, by: shortening),
        momentum: configuration.momentum, decay: configuration.weightDecay,
        rate: rate * parameter.rateFactor)
      parameter.value = result.weights
      velocities[index] = result.velocity
      return result.size
    }
  }

  /// What makes the gradient of all parameters together as long as it may be: 1 where it is not longer.
  private func shortening(of parameters: [Parameter]) -> Float {
    guard let limit = configuration.clipping else { return 1 }
    let length = parameters.reduce(0) { $0 + ($1.gradient?.summary().sumOfSquares ?? 0) }
      .squareRoot()
    return length > limit ? Float(limit / length) : 1
  }
}
