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

  /// What it has noted, in numbers: whether it is over, 0 or 1, and the last errors.
  var memory: [Double] {
    get { [isOver ? 1 : 0] + recentErrors }
    set {
      isOver = newValue[0] == 1
      recentErrors = Array(newValue.dropFirst())
    }
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
