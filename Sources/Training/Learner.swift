import Architectures
import Experiments
import Networks
import Tensors

/// A network and its optimizer: all that one step of training changes.
struct Learner {
  let network: Network
  let parameters: [Parameter]
  var optimizer: Momentum
  /// The norms that weights get back after each step, by their names.
  private let keptNorms: [String: Double]

  init(_ network: Network, optimizer: OptimizerConfiguration) {
    self.network = network
    parameters = network.parameters
    self.optimizer = Momentum(optimizer, for: parameters)
    keptNorms = optimizer.keepsNorms == true ? network.normsBeforeNormalization : [:]
  }

  /// Classifies a mini-batch, sends the loss's gradient back, and moves the parameters along it.
  /// Returns how far each was moved, in their order.
  mutating func learn(
    from images: Tensor, labels: [Int32], rate: Double, at step: Int, probe: (any GradientProbe)?
  ) -> (result: CrossEntropy, updates: [UpdateSize]) {
    let flow = network(images, in: Pass(.training, probe: probe, step: step))
    let result = CrossEntropy(flow.output, labels: labels)
    flow.pullback(result.gradient)
    let updates = optimizer.step(parameters, rate: rate)
    for parameter in parameters {
      guard let norm = keptNorms[parameter.name] else { continue }
      parameter.value = scale(parameter.value, by: Float(norm / parameter.value.summary().l2))
    }
    return (result, updates)
  }
}

extension Network {
  /// The norms of the weights of every convolution that a normalization follows, by their names.
  fileprivate var normsBeforeNormalization: [String: Double] {
    let names = Set(
      architecture.normalizedConvolutions.map { "\($0.name).weight" })
    return Dictionary(
      uniqueKeysWithValues: parameters.filter { names.contains($0.name) }.map {
        ($0.name, $0.value.summary().l2)
      })
  }
}
