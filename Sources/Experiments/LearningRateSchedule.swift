import RealModule

/// The learning rate as a function of the iteration.
///
///     rate(i) = warmUp.rate                                    until the warm-up is over
///             = base · ramp(i) · annealing(i) · Π factor of every drop ≤ i   afterwards
///
/// He et al. 2015, section 4.2: base 0.1, divided by 10 at 32k and 48k of 64k iterations; the
/// 110-layer network starts with 0.01 "until the training error is below 80% (about 400
/// iterations)".
package struct LearningRateSchedule: Hashable, Codable, Sendable {
  /// A change of the rate at a given iteration.
  package struct Drop: Hashable, Codable, Sendable {
    package var iteration: Int
    package var factor: Double

    package init(at iteration: Int, factor: Double = 0.1) {
      self.iteration = iteration
      self.factor = factor
    }
  }

  /// A small rate until the network has begun to learn.
  package struct WarmUp: Hashable, Codable, Sendable {
    /// The rate until then.
    package var rate: Double
    /// In percent: the warm-up ends when the training error, averaged over the last `window`
    /// mini-batches, falls below this.
    package var untilErrorBelow: Double
    package var window: Int

    /// The rule of the paper for 110 layers.
    package init(rate: Double = 0.01, untilErrorBelow: Double = 80, window: Int = 20) {
      self.rate = rate
      self.untilErrorBelow = untilErrorBelow
      self.window = window
    }
  }

  /// How the rate goes to zero by the end without steps.
  package enum Annealing: String, CaseIterable, Codable, Sendable {
    /// ½ · (1 + cos(π · i / iterations)) (Loshchilov and Hutter 2016, arXiv:1608.03983, eq. 5).
    case cosine
  }

  package var base: Double
  package var drops: [Drop]
  package var warmUp: WarmUp?
  /// Over so many first iterations the rate rises in proportion to 1, 2, 3, … (Goyal et al. 2017,
  /// arXiv:1706.02677, section 2.2).
  package var ramp: Int?
  package var annealing: Annealing?
  /// The number of training steps.
  package var iterations: Int

  package init(
    base: Double, drops: [Drop] = [], warmUp: WarmUp? = nil, ramp: Int? = nil,
    annealing: Annealing? = nil, iterations: Int
  ) {
    self.base = base
    self.drops = drops
    self.warmUp = warmUp
    self.ramp = ramp
    self.annealing = annealing
    self.iterations = iterations
  }

  /// The learning rate of an iteration, counted from 0.
  package func rate(at iteration: Int, warmedUp: Bool = true) -> Double {
    if let warmUp, !warmedUp { return warmUp.rate }
    let stepped = drops.filter { $0.iteration <= iteration }.reduce(base) { $0 * $1.factor }
    return stepped * risen(at: iteration) * annealed(at: iteration)
  }

  private func risen(at iteration: Int) -> Double {
    ramp.map { min(1, Double(iteration + 1) / Double($0)) } ?? 1
  }

  private func annealed(at iteration: Int) -> Double {
    switch annealing {
    case .cosine: (1 + .cos(.pi * Double(iteration) / Double(iterations))) / 2
    case nil: 1
    }
  }

  /// The recipe of the paper for CIFAR-10.
  package static let paper = LearningRateSchedule(
    base: 0.1, drops: [Drop(at: 32_000), Drop(at: 48_000)], iterations: 64_000)
}
