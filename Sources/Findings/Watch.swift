import Experiments
package import Records
import Wording

/// Follows the recorded steps of a run one after another, as they come, and sees what is wrong with its
/// gradients.
package struct Watch: Sendable {
  private let kinds: [String: String]
  private var greatestRate = Double.nan
  private var spells: [Symptom.Kind: [Spell]] = [:]
  /// The recorded steps whose gradients are known.
  private(set) var steps: [Int] = []
  private(set) var layerCount = 0
  private(set) var ratios: ClosedRange<Double>?
  private(set) var updates: ClosedRange<Double>?
  private var rate = Double.nan
  private var loss = Double.nan
  private var firstLoss: Double?
  private var leastZeros: [String: Double] = [:]
  private var deaths = Deaths()

  /// Recorded steps one after another at which something was so.
  private struct Spell {
    let first: Int
    var last: Int
    /// By their places among the recorded steps.
    var places: ClosedRange<Int>
    var worst: Sighting
  }

  package init(_ run: RunDescription) {
    kinds = Dictionary(run.layers.map { ($0.name, $0.kind) }) { first, _ in first }
    // The least that is known of a training to come; `nan` gives way to any number.
    greatestRate = run.configuration?.schedule.base ?? .nan
  }

  /// Goes through all that was recorded of a run, and tells what is seen at each step.
  package mutating func forEachStep(
    of run: RunRecord, _ body: (_ step: Int, _ seen: [Sighting]) -> Void
  ) {
    let rows = run.steps
    greatestRate = rows.map(\.learningRate).filter(\.isFinite).max() ?? .nan
    var next = rows.startIndex
    run.gradients.forEachStep { step, gradients in
      while next < rows.endIndex, rows[next].step <= step {
        note(rows[next])
        next += 1
      }
      body(step, see(gradients, at: step))
    }
  }

  /// Takes notice of a training step; before the gradients of that step are seen.
  package mutating func note(_ row: StepRow) {
    (rate, loss) = (row.learningRate, row.loss)
    if firstLoss == nil { firstLoss = row.loss }
    if row.learningRate.isFinite { greatestRate = max(row.learningRate, greatestRate) }
  }

  /// Looks at the gradients of a recorded step, and tells what is wrong with them.
  package mutating func see(_ rows: [GradientRow], at step: Int) -> [Sighting] {
    let weights = rows.filter { $0.kind == .weight && $0.isKnown }
    guard !weights.isEmpty else { return [] }
    steps.append(step)
    layerCount = max(layerCount, weights.count)
    for row in weights {
      leastZeros[row.layer.name] = min(leastZeros[row.layer.name] ?? 1, row.zeroFraction)
    }
    // Before and behind a schedule, rates near zero are meant.
    let isRateNearZero = rate == 0 || rate < greatestRate / 100
    let moment = Moment(
      step: step, rows: weights, kinds: kinds, isRateNearZero: isRateNearZero,
      hasLearned: loss < (firstLoss ?? .nan) / 100, leastZeros: leastZeros)
    let seen = Symptom.Kind.allCases.compactMap { moment.sighting(of: $0) }
    deaths.note(moment.deadLayers, at: steps.count - 1)
    for sighting in seen where sighting.kind != .isDead {
      Self.note(sighting, at: step, steps.count - 1, in: &spells[sighting.kind, default: []])
    }
    let main = weights.filter { $0.layer.path == .main }.dropLast()
    let norms = Array(main).relativeNorms
    if norms.count > 1 { widen(&ratios, norms[0] / norms[norms.count - 1]) }
    let ofStep = weights.compactMap(\.updateRatio).filter { $0.isFinite && $0 > 0 }.sorted()
    if !ofStep.isEmpty { widen(&updates, ofStep[ofStep.count / 2]) }
    return seen
  }

  private func widen(_ range: inout ClosedRange<Double>?, _ value: Double) {
    guard value.isFinite else { return }
    range = min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
  }

  private static func note(
    _ sighting: Sighting, at step: Int, _ place: Int, in known: inout [Spell]
  ) {
    if var spell = known.last, spell.places.upperBound == place - 1 {
      spell.last = step
      spell.places = spell.places.lowerBound...place
      if sighting.layers.count > spell.worst.layers.count { spell.worst = sighting }
      known[known.count - 1] = spell
    } else {
      known.append(Spell(first: step, last: step, places: place...place, worst: sighting))
    }
  }

  /// When layers were dead that did not keep coming back.
  private var deadSpells: [Spell] {
    let lasting = deaths.lasting(atLeast: min(3, steps.count))
    var found: [Spell] = []
    for (place, step) in steps.enumerated() {
      let layers = deaths.layers(at: place).filter { dead in
        lasting[dead.name]?.contains { $0.contains(place) } ?? false
      }
      if let sighting = Sighting(of: layers, at: step) {
        Self.note(sighting, at: step, place, in: &found)
      }
    }
    return found
  }

  // MARK: - What remains

  /// What was so for at least three recorded steps one after another, or for all if there are fewer; what is
  /// not finite counts at once.
  func symptoms(of run: RunRecord) -> [Symptom] {
    let ofLayers = Symptom.Kind.allCases.compactMap { kind -> Symptom? in
      let known = kind == .isDead ? deadSpells : spells[kind] ?? []
      let long = known.filter { spell in
        kind == .notFinite || spell.places.count >= min(3, steps.count)
      }
      guard let spell = long.last(where: isPresent) ?? long.max(by: isShorter) else { return nil }
      let next = spell.places.upperBound + 1
      return Symptom(
        kind: kind, layers: spell.worst.layers, layerCount: layerCount, firstStep: spell.first,
        lastStep: spell.last, overSince: next < steps.count ? steps[next] : nil,
        evidence: spell.worst.evidence, otherSpells: long.count - 1)
    }
    guard let diverged = run.divergedStep, !ofLayers.contains(where: { $0.kind == .notFinite })
    else { return ofLayers }
    let isToTheEnd = run.steps.last.map { !$0.loss.isFinite } ?? false
    let next = run.steps.first { $0.step > diverged && $0.loss.isFinite }?.step
    return [
      Symptom(
        kind: .notFinite, layers: [], layerCount: layerCount, firstStep: diverged,
        lastStep: isToTheEnd ? run.steps.last?.step ?? diverged : diverged,
        overSince: isToTheEnd ? nil : next,
        evidence: "the loss of step \(grouped(diverged)) is not finite",
        otherSpells: 0)
    ] + ofLayers
  }

  private func isPresent(_ spell: Spell) -> Bool { spell.places.upperBound == steps.count - 1 }

  private func isShorter(_ one: Spell, _ other: Spell) -> Bool {
    one.places.count < other.places.count
  }
}
