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

  /// What came of a step.
  struct Outcome {
    /// Mean cross-entropy of the mini-batch, in nats; not a number where weights were none. The loss that is
    /// computed does not tell: max(nan, 0) may be 0.
    let loss: Double
    /// How many of its images were not recognized.
    let errors: Int
    /// How far each parameter was moved, in their order.
    let updates: [UpdateSize]

    init(loss: Double, errors: Int, updates: [UpdateSize]) {
      self.loss = updates.allSatisfy { $0.weightNorm.isFinite } ? loss : .nan
      self.errors = errors
      self.updates = updates
    }
  }

  /// Classifies a mini-batch, sends the loss's gradient back, and moves the parameters along it.
  mutating func learn(
    from images: Tensor, labels: [Int32], rate: Double, at step: Int, probe: (any GradientProbe)?
  ) -> Outcome {
    let flow = network(images, in: Pass(.training, probe: probe, step: step))
    let result = CrossEntropy(flow.output, labels: labels)
    flow.pullback(result.gradient)
    return Outcome(loss: result.loss, errors: result.errors, updates: move(rate: rate))
  }

  /// Moves the parameters along their gradients.
  mutating func move(rate: Double) -> [UpdateSize] {
    let updates = optimizer.step(parameters, rate: rate)
    for parameter in parameters {
      guard let norm = keptNorms[parameter.name] else { continue }
      parameter.value = scale(parameter.value, by: Float(norm / parameter.value.summary().l2))
    }
    return updates
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
