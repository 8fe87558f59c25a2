package import Records
import Wording

extension Examination {
  /// The doctor's words about a run: how it is and, of what is wrong, where, since when, why, and what to
  /// try. What is over is told without advice.
  ///
  /// - Parameters:
  ///   - name: What the run is called; its network is named beside where it is called otherwise.
  ///   - isGrowing: Whether there is more to come.
  package func text(of run: RunRecord, named name: String, isGrowing: Bool = false) -> String {
    let subject = run.run.subject
    let title = subject.name == name ? name : "\(name) (\(subject.name))"
    let steps = (run.steps.last?.step ?? -1) + 1
    let head =
      "\(title), \(counted(subject.depth, "layer")), \(counted(steps, "step"))"
      + "\(isGrowing ? " so far" : ""): \(verdict)."
    let past = symptoms.filter { $0.overSince != nil }
    let told =
      symptoms.isEmpty
      ? (stepCount > 0 ? [reason] : []) : (present + past).map { $0.text(of: run.run) }
    return ([head] + told + [standstill(of: run)].compactMap(\.self)).joined(separator: "\n")
  }

  /// That a run with nothing wrong at the end has hardly learned, a sentence: gradients of a healthy
  /// size are no proof of learning. Nil where it has, where it began with few errors, as what was
  /// trained before does, and where errors were not recorded often enough to tell.
  private func standstill(of run: RunRecord) -> String? {
    let errors = run.means(of: \.error).map(\.value)
    guard present.isEmpty, stepCount > 0, run.steps.count >= 100, errors.count >= 20,
      let first = errors.first, let last = errors.last, first >= 10, last > 0.95 * first
    else { return nil }
    return "Yet it has hardly learned: the training error was \(percent(first)) in the first "
      + "twentieth of the steps, and is \(percent(last)) in the last."
  }
}

extension Symptom {
  /// What was seen and, where it still is so, what to try.
  fileprivate func text(of run: RunDescription) -> String {
    let others = otherSpells > 0 ? "; \(counted(otherSpells, "other spell"))" : ""
    let seen = """

        \(capitalized(kind.rawValue)): \(place), \(time)\(others).
        Seen: \(evidence).
      """
    if overSince != nil { return seen }
    let advice = kind.advice(to: run).enumerated().map { place, advice in
      let lesson = advice.lesson.map { " (lesson \($0.rawValue))" } ?? ""
      return "    \(place + 1). \(capitalized(advice.text))\(lesson)."
    }
    return """
      \(seen)
        Told by: \(kind.threshold).
        \(kind.cause) Try first:
      \(advice.joined(separator: "\n"))
      """
  }
}
