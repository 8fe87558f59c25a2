/// The learning rate as a function of the iteration.
///
///     rate(i) = warmUp.rate                        until the warm-up is over
///             = base · Π factor of every drop ≤ i  afterwards
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

  package var base: Double
  package var drops: [Drop]
  package var warmUp: WarmUp?
  /// The number of training steps.
  package var iterations: Int

  package init(base: Double, drops: [Drop] = [], warmUp: WarmUp? = nil, iterations: Int) {
    self.base = base
    self.drops = drops
    self.warmUp = warmUp
    self.iterations = iterations
  }

  /// The learning rate of an iteration, counted from 0.
  package func rate(at iteration: Int, warmedUp: Bool = true) -> Double {
    if let warmUp, !warmedUp { return warmUp.rate }
    return drops.filter { $0.iteration <= iteration }.reduce(base) { $0 * $1.factor }
  }

  /// The recipe of the paper for CIFAR-10.
  package static let paper = LearningRateSchedule(
    base: 0.1, drops: [Drop(at: 32_000), Drop(at: 48_000)], iterations: 64_000)
}
