package import Experiments
package import Records
import Wording

/// A combination of shortcuts, normalization, initialization and nonlinearity, and what became of it.
package struct Regime: Sendable {
  /// In percent: whoever ends below has begun to learn.
  package static let learningLimit = 80.0
  package static let window = 10

  package let run: RunConfiguration
  /// At initialization.
  package let diagnosis: Diagnosis?
  package let trainingError: Double
  package let hasDiverged: Bool

  /// Nil of another program's records, which do not tell.
  package init?(_ record: RunRecord) {
    guard let run = record.run.configuration else { return nil }
    self.run = run
    diagnosis = record.diagnosis(at: 0)
    trainingError = record.trainingError(overLast: Self.window)
    hasDiverged = record.divergedStep != nil
  }

  package var learns: Bool { !hasDiverged && trainingError < Self.learningLimit }

  /// What decided on the verdict: the ratio, or what is seen before any ratio.
  package var evidence: String {
    guard let diagnosis else { return "–" }
    switch diagnosis.measure {
    case .finiteness: return "overflows"
    case .greatest where diagnosis.ratio.isNaN: return "all zero"
    case .greatest: return diagnosis.verdict == .explodes ? "one > 10⁴" : "all < 10⁻⁶"
    case .ratio: return diagnosis.ratio == 0 ? "zero" : rounded(diagnosis.ratio)
    }
  }

  /// What came of training.
  package var outcome: String { hasDiverged ? "diverges" : percent(trainingError) }

  package var sentence: String {
    "\(run.network.name), \(run.initialization.title): \(evidence), "
      + "\(diagnosis?.verdict.rawValue ?? "none"), \(learns ? "✓" : "✗") \(outcome)."
  }
}

extension Initialization {
  /// As it is written in prose.
  package var title: String {
    switch self {
    case .he: "He"
    case .xavier: "Xavier"
    case .normal(let deviation): "N(0, \(deviation)²)"
    case .identity: "identity"
    case .deltaOrthogonal: "delta-orthogonal"
    }
  }
}

extension Activation {
  /// As it is written in prose.
  package var title: String { self == .relu ? "ReLU" : rawValue }
}

extension [Regime] {
  /// Those of the runs of the first seed.
  package init(_ records: [RunRecord]) {
    self = records.filter { $0.seed == 0 }.compactMap(Regime.init)
  }

  /// How many have each verdict, and how many of these learn, in a sentence.
  package var tally: String {
    let counts = Diagnosis.Verdict.allCases.compactMap { verdict -> String? in
      let ofVerdict = filter { $0.diagnosis?.verdict == verdict }
      if ofVerdict.isEmpty, verdict == .closedAtStart { return nil }
      let learning = ofVerdict.count(where: \.learns)
      let word =
        switch verdict {
        case .vanishes: "vanish"
        case .healthy: "are healthy"
        case .explodes: "explode"
        case .closedAtStart: "are closed at the start"
        }
      return "\(ofVerdict.count) \(word), of which \(learning) learn\(learning == 1 ? "s" : "")"
    }
    return "Of \(count) networks, the gradients of \(counts.joined(separator: "; of "))."
  }
}
