package import Records

/// What the gradients of a network say about its health at one step: the strength of the first
/// convolution's relative gradient, ‖∇‖·‖w‖, against the last one's, and a verdict by named thresholds.
package struct Diagnosis: Hashable, Sendable {
  package enum Verdict: String, CaseIterable, Codable, Sendable {
    /// The first layers get a hundredth of what the last ones get, or less; or no layer gets anything.
    case vanishes
    /// Neither.
    case healthy
    /// The first layers get a hundred times what the last ones get, or more; or numbers overflow.
    case explodes
    /// Some layers get exactly nothing at the first step, because what is behind them begins at zero, and
    /// more than that as soon as it has moved: branches of Fixup, SkipInit, or with γ = 0.
    case closedAtStart = "closed at the start"
  }

  /// First ÷ last beyond which a gradient vanishes or explodes: two powers of ten either way.
  package static let ratioLimit = 100.0
  /// The greatest relative gradient of a layer below which nothing arrives anywhere.
  package static let faintLimit = 1e-6
  /// The relative gradient above which the loss would change by that much if weights moved by their length.
  package static let hugeLimit = 1e4

  /// The part of what comes past it that a layer gets, below which it starves.
  package static let starvationLimit = 1e-4
  /// The share of exact zeros in a layer's weight gradient from which on it is dead.
  package static let deadLimit = 0.9
  /// The share of a layer's weights that an update changes, ‖Δw‖ ÷ ‖w‖, below which it hardly moves.
  package static let restLimit = 1e-5
  /// The same, above which it thrashes.
  package static let thrashLimit = 0.1

  /// The step by which what begins at zero by construction has moved.
  static let openingLimit = 10

  /// ‖∇‖·‖w‖ of the first convolution ÷ that of the last one; nan where both are zero.
  package let ratio: Double
  package let verdict: Verdict
  /// What decided.
  package let measure: Measure
  /// The threshold that decided, a phrase.
  package let reason: String

  /// What a verdict is about.
  package enum Measure: Sendable {
    /// That a number is not finite.
    case finiteness
    /// The greatest relative gradient: too little, or too much.
    case greatest
    case ratio
  }

  /// The verdict on a step at which so many of so many layers are closed that open later, when the
  /// verdict is another one.
  init(closed: Int, of layers: Int, opening step: Int, then later: Diagnosis) {
    ratio = later.ratio
    verdict = .closedAtStart
    measure = later.measure
    reason =
      "\(closed) of \(layers) layers get exactly nothing at first, and by step \(step) they do; "
      + "then: \(later.verdict.rawValue), \(later.reason)"
  }

  /// The verdict on the convolutions' relative gradients, in forward order; nil of none.
  package init?(norms: [Double]) {
    guard let first = norms.first, let last = norms.last else { return nil }
    ratio = first / last
    let greatest = norms.max() ?? 0
    if norms.contains(where: { !$0.isFinite }) {
      (verdict, measure, reason) = (.explodes, .finiteness, "‖∇‖·‖w‖ of a layer is not finite")
    } else if greatest < Self.faintLimit {
      (verdict, measure, reason) = (.vanishes, .greatest, "‖∇‖·‖w‖ of no layer reaches 10⁻⁶")
    } else if greatest > Self.hugeLimit {
      (verdict, measure, reason) = (.explodes, .greatest, "‖∇‖·‖w‖ of a layer exceeds 10⁴")
    } else if ratio < 1 / Self.ratioLimit {
      (verdict, measure, reason) = (.vanishes, .ratio, "first ÷ last is below 1/100")
    } else if ratio > Self.ratioLimit {
      (verdict, measure, reason) = (.explodes, .ratio, "first ÷ last is above 100")
    } else {
      (verdict, measure, reason) = (.healthy, .ratio, "first ÷ last is within 1/100 … 100")
    }
  }
}

extension RunRecord {
  /// The verdict on the weight gradients at a step; nil where none were recorded.
  ///
  /// Exact zeros at step 0 that are gone at the next recorded step, one of the first few, were so by
  /// construction, and are judged from there on: what vanishes takes longer to come back.
  package func diagnosis(at step: Int) -> Diagnosis? {
    let norms = norms(at: step)
    guard step == 0, norms.contains(0), let next = gradientSteps.first(where: { $0 > 0 }),
      next <= Diagnosis.openingLimit
    else {
      return Diagnosis(norms: norms)
    }
    let later = self.norms(at: next)
    let opened = zip(norms, later).count { before, after in
      before == 0 && after >= Diagnosis.faintLimit && after.isFinite
    }
    guard opened > 0, let judged = Diagnosis(norms: later) else { return Diagnosis(norms: norms) }
    return Diagnosis(closed: opened, of: norms.count, opening: next, then: judged)
  }

  /// The relative gradients of the convolutions on the main path, in forward order.
  private func norms(at step: Int) -> [Double] {
    Array(gradients(.weight, at: step).dropLast()).relativeNorms
  }
}

extension [RunRecord] {
  /// What is said of the runs, each at a step: a verdict, or several with `or` between.
  func verdicts(at step: (RunRecord) -> Int?) -> String {
    let verdicts = compactMap { run in
      step(run).flatMap { run.diagnosis(at: $0)?.verdict.rawValue }
    }
    return verdicts.isEmpty ? "none" : Set(verdicts).sorted().joined(separator: " or ")
  }
}
