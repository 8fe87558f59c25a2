import Collective
import Platform
import Training
import Wording

/// Shows on standard error how far an experiment has come: a bar on a terminal, plain lines
/// elsewhere.
struct ProgressReporter {
  /// Which of the runs is under way.
  struct Plan {
    let name: String
    let position: String
    let index: Int
  }

  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  /// How much work each run is, in any unit.
  private let works: [Double]
  /// The part of it that interrupted runs had done before.
  private var doneBefore: [Double]

  init(works: [Double]) {
    start = clock.now
    lastShown = start
    self.works = works
    doneBefore = works.map { _ in 0 }
  }

  /// Shows a run's progress, unless it was shown a moment ago.
  mutating func show(_ progress: Progress, of plan: Plan) {
    let now = clock.now
    let isLast = progress.isOver
    let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
    let (work, iterations) = (works[plan.index], Double(progress.iterations))
    doneBefore[plan.index] = work * Double(progress.firstStep) / iterations
    if now - lastShown < pause, !isLast { return }
    lastShown = now
    let total = works.reduce(0, +)
    let finished = works[..<plan.index].reduce(0, +)
    let done = (finished + (isLast ? work : work * Double(progress.step) / iterations)) / total
    // What was done before took none of the time since the start.
    let before = doneBefore.reduce(0, +) / total
    let elapsed = now - start
    let remaining = done > before ? elapsed * ((1 - done) / (done - before)) : .zero
    let errors =
      "training error \(percent(progress.trainingError))"
      + (progress.evaluationError.map { ", evaluation \(percent($0))" } ?? "")
    let head = "\(plan.position) \(plan.name)"
    let steps = "step \(progress.step)/\(progress.iterations)"
    // The first steps are slow: oneDNN compiles its kernels.
    let time =
      isLast && plan.index == works.count - 1
      ? "done in \(clockTime(elapsed))"
      : progress.step - progress.firstStep < 5 ? "" : "\(clockTime(remaining)) left"
    if isTerminal {
      let forms = [
        [head, bar(done), steps, errors, time], [head, steps, errors, time], [head, steps, time],
        [head, time],
      ]
      let columns = terminalColumns()
      let lines = forms.map { $0.joined(separator: "  ") }
      let line = lines.first { $0.count < columns } ?? fitted(head, columns: columns)
      say("\r\u{1B}[K\(line)")
      if isLast { say("\n") }
    } else {
      say("\(head)  \(steps)  \(errors)  \(time)\n")
    }
  }

  private func bar(_ fraction: Double) -> String {
    let width = 20
    let filled = Int((fraction * Double(width)).rounded(.down))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  private func fitted(_ line: String, columns: Int) -> String {
    line.count < columns ? line : String(line.prefix(max(columns - 1, 0)))
  }

  private func terminalColumns() -> Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }
}

/// Writes to standard error, where progress and warnings go. Of several ranks the first one speaks.
func say(_ text: String) {
  if Launch.current.rank == 0 { writeToStandardError(text) }
}

func writeToStandardError(_ text: String) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    // Nobody listens: progress is not worth an error.
    if count <= 0 { return }
    bytes.removeFirst(count)
  }
}
