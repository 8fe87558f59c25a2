import Platform
import Wording

/// Shows on standard error how far the measuring of a trained network has come.
final class MeasuringReporter {
  private let name: String
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now

  init(_ name: String) { self.name = name }

  func show(_ done: Int, of all: Int) {
    let now = ContinuousClock.now
    let isLast = done == all
    let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
    if now - lastShown < pause, !isLast { return }
    lastShown = now
    let left = (now - start) * (Double(all - done) / Double(max(done, 1)))
    let time = isLast ? "done in \(clockTime(now - start))" : "\(clockTime(left)) left"
    let line = "Measuring \(name)  \(done)/\(all)  \(time)"
    say(isTerminal ? "\r\u{1B}[K\(line)\(isLast ? "\n" : "")" : "\(line)\n")
  }
}
