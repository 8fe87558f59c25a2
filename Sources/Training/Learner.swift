import Experiments
import Networks
import Tensors

/// A network and its optimizer: all that one step of training changes.
struct Learner {
  let network: Network
  let parameters: [Parameter]
  var optimizer: Momentum

  init(_ network: Network, optimizer: OptimizerConfiguration) {
    self.network = network
    parameters = network.parameters
    self.optimizer = Momentum(optimizer, for: parameters)
  }

  /// Classifies a mini-batch, sends the loss's gradient back, and moves the parameters along it.
  /// Returns how far each was moved, in their order.
  mutating func learn(
    from images: Tensor, labels: [Int32], rate: Double, probe: (any GradientProbe)?
  ) -> (result: CrossEntropy, updates: [UpdateSize]) {
    let flow = network(images, in: Pass(.training, probe: probe))
    let result = CrossEntropy(flow.output, labels: labels)
    flow.pullback(result.gradient)
    return (result, optimizer.step(parameters, rate: rate))
  }
}
