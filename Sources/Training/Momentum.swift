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
    return parameters.indices.map { index in
      let parameter = parameters[index]
      guard let gradient = parameter.gradient else {
        preconditionFailure("\(parameter.name) has no gradient: no backward pass came before")
      }
      let result = gradientDescentStep(
        weights: parameter.value, velocity: velocities[index], gradient: gradient,
        momentum: configuration.momentum, decay: configuration.weightDecay, rate: rate)
      parameter.value = result.weights
      velocities[index] = result.velocity
      return result.size
    }
  }
}
