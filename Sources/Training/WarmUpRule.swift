package import Experiments

/// Decides when the warm-up of a schedule is over: once, when the training error, averaged over
/// the last mini-batches, has fallen below the schedule's threshold (paper, section 4.2).
package struct WarmUpRule: Sendable {
  private let warmUp: LearningRateSchedule.WarmUp?
  private var recentErrors: [Double] = []
  package private(set) var isOver: Bool

  package init(_ schedule: LearningRateSchedule) {
    warmUp = schedule.warmUp
    isOver = warmUp == nil
  }

  /// Takes note of a mini-batch's error, in percent.
  package mutating func note(error: Double) {
    guard let warmUp, !isOver else { return }
    recentErrors.append(error)
    if recentErrors.count > warmUp.window { recentErrors.removeFirst() }
    let mean = recentErrors.reduce(0, +) / Double(recentErrors.count)
    isOver = recentErrors.count == warmUp.window && mean < warmUp.untilErrorBelow
  }
}
