import Explorer
import Training

/// A training of the playground under way.
final class PlaySession {
  let setup: PlaySetup
  let lockstep: Lockstep
  private var recent: [ContinuousClock.Instant] = []
  private var lastFlushed = ContinuousClock.now

  init(_ setup: PlaySetup, _ lockstep: Lockstep) {
    self.setup = setup
    self.lockstep = lockstep
  }

  func advance() throws {
    try lockstep.advance()
    recent.append(.now)
    if recent.count > 20 { recent.removeFirst() }
    if ContinuousClock.now - lastFlushed > .milliseconds(50) {
      try lockstep.flush()
      lastFlushed = .now
    }
  }

  /// Steps a second.
  var pace: Double? {
    guard let first = recent.first, let last = recent.last, first < last else { return nil }
    return Double(recent.count - 1) / ((last - first) / .seconds(1))
  }
}
