import RealModule

/// Everything that decides what a training does: equal configurations give equal records.
package struct RunConfiguration: Hashable, Codable, Sendable {
  package var network: NetworkConfiguration
  package var dataset: DatasetConfiguration
  package var schedule: LearningRateSchedule
  package var optimizer = OptimizerConfiguration()
  package var initialization = Initialization.he
  package var recording = RecordingSchedule()
  /// Images in a mini-batch; 128 in the paper.
  package var batchSize = 128
  /// Into how many parts each mini-batch is cut, a power of two: each is normalized by its own statistics
  /// ("ghost batches": Hoffer et al. 2017, arXiv:1705.08741), and gradients, losses and running statistics are
  /// their means. So many ranks at most can train the run together. Nil, as before, for mini-batches in one
  /// piece.
  package var shards: Int?
  /// Whether a training whose loss is no longer finite ends there. Otherwise it goes on, and what it
  /// does is recorded.
  package var stopsWhenDiverged = false
  /// Where every random number of the run comes from.
  package var seed: UInt64 = 0

  package init(
    network: NetworkConfiguration, dataset: DatasetConfiguration, schedule: LearningRateSchedule
  ) {
    self.network = network
    self.dataset = dataset
    self.schedule = schedule
  }

  /// Images that pass the network at once.
  package var shardSize: Int { batchSize / (shards ?? 1) }
}

/// Stochastic gradient descent in the paper's form (section 4.2, after Krizhevsky et al. 2012):
///
///     v ← momentum · v − rate · (gradient + weightDecay · w);  w ← w + v
///
/// Weight decay applies to every parameter.
package struct OptimizerConfiguration: Hashable, Codable, Sendable {
  package var momentum = 0.9
  package var weightDecay = 1e-4
  /// Gradients are shortened to this length where all of them together are longer (Pascanu et al. 2013,
  /// arXiv:1211.5063); nil leaves them as they are.
  package var clipping: Double?
  /// Whether after each step the weights of every convolution that a normalization follows get back the norm
  /// that they began with: what it computes stays, and so does its effective rate. Nil, as before, for no.
  package var keepsNorms: Bool?

  package init(momentum: Double = 0.9, weightDecay: Double = 1e-4) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }
}

/// At which steps gradients, responses, evaluations and losses are recorded.
package struct RecordingSchedule: Hashable, Codable, Sendable {
  /// Gradients of every step before this one are recorded: the first steps change the most.
  package var dense = 20
  /// After that, those of every so many steps, and of the last.
  package var interval = 10
  /// Beside those, so many of every tenfold, evenly spaced in the logarithm of the step.
  package var perDecade: Int?
  /// The held-out images are looked at after every so many steps, and after the last.
  package var evaluationInterval = 25
  /// The losses of every so many steps are kept once a run has finished; nil keeps all.
  package var lossInterval: Int?

  package init(
    dense: Int = 20, interval: Int = 10, perDecade: Int? = nil, evaluationInterval: Int = 25,
    lossInterval: Int? = nil
  ) {
    self.dense = dense
    self.interval = interval
    self.perDecade = perDecade
    self.evaluationInterval = evaluationInterval
    self.lossInterval = lossInterval
  }

  /// Whether gradients are recorded at a step of so many.
  package func recordsGradients(at step: Int, of iterations: Int) -> Bool {
    step < dense || step % interval == 0 || step == iterations - 1 || beginsPartOfDecade(step)
  }

  /// Whether a step is the first beyond one of the bounds 10^(k / perDecade).
  private func beginsPartOfDecade(_ step: Int) -> Bool {
    guard let perDecade, step >= 1 else { return false }
    func part(_ step: Int) -> Int { Int(.log10(Double(step)) * Double(perDecade) + 1e-9) }
    return step == 1 || part(step) > part(step - 1)
  }

  /// Whether the loss of a step stays in the records of a finished run of so many.
  package func keepsLoss(of step: Int, of iterations: Int) -> Bool {
    step % (lossInterval ?? 1) == 0 || step == iterations - 1
  }

  /// Whether the network is evaluated once so many steps are done.
  package func evaluates(after steps: Int, of iterations: Int) -> Bool {
    steps % evaluationInterval == 0 || steps == iterations
  }
}
