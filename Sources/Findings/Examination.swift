import Experiments
package import Records
import Wording

/// What the gradients of a run say of its health over its whole recorded time, layer by layer.
package struct Examination: Sendable {
  /// The worst first; none of a healthy run.
  package let symptoms: [Symptom]
  /// The recorded steps whose gradients are known.
  package let stepCount: Int
  package let lastStep: Int
  /// How many layers gradients are known of.
  package let layerCount: Int
  /// First layer's weight gradient ÷ that of the last before the classifier, over the steps.
  package let ratios: ClosedRange<Double>?
  /// ‖Δw‖ ÷ ‖w‖ of the middle layer, over the steps.
  package let updates: ClosedRange<Double>?

  package init(_ run: RunRecord) {
    var watch = Watch(run)
    run.gradients.forEachStep { step, rows in watch.see(rows, at: step) }
    symptoms = watch.symptoms
    stepCount = watch.steps.count
    lastStep = watch.steps.last ?? 0
    layerCount = watch.layerCount
    ratios = watch.ratios
    updates = watch.updates
  }

  /// What still is so at the end.
  package var present: [Symptom] { symptoms.filter { $0.overSince == nil } }

  /// In a few words: `healthy`, `vanishes`, `exploded at first, healthy since step 9`.
  package var verdict: String {
    if stepCount == 0 { return "nothing is known of its gradients" }
    if symptoms.isEmpty { return "healthy" }
    if present.isEmpty {
      return "healthy since step \(grouped(symptoms.compactMap(\.overSince).max() ?? 0))"
    }
    return sentenceList(present.map(\.kind.rawValue))
  }

  /// Why it is healthy, a sentence.
  package var reason: String {
    func range(_ range: ClosedRange<Double>) -> String {
      let (low, high) = (rounded(range.lowerBound), rounded(range.upperBound))
      return low == high ? low : "\(low) … \(high)"
    }
    let parts = [
      ratios.map { ratios in
        let limits = (1 / Diagnosis.ratioLimit)...Diagnosis.ratioLimit
        let isWithin = limits.contains(ratios.lowerBound) && limits.contains(ratios.upperBound)
        return "first ÷ last weight gradient is \(range(ratios)), beyond 1/100 … 100 "
          + (isWithin ? "never" : "for a step or two at most")
      },
      updates.map { "the middle layer’s update ÷ weight is \(range($0))" },
      "no layer is dead",
    ].compactMap(\.self)
    return "At \(counted(stepCount, "recorded step")) of \(counted(layerCount, "layer")): "
      + parts.joined(separator: "; ") + "."
  }
}

/// Follows the recorded steps of a run.
private struct Watch {
  private let run: RunRecord
  private let kinds: [String: String]
  private let greatestRate: Double
  private var spells: [Symptom.Kind: [Spell]] = [:]
  private(set) var steps: [Int] = []
  private(set) var layerCount = 0
  private(set) var ratios: ClosedRange<Double>?
  private(set) var updates: ClosedRange<Double>?
  /// Those whose rates and losses are still to come.
  private var stepRows: ArraySlice<StepRow>
  private var rate = Double.nan
  private var loss = Double.nan
  private let firstLoss: Double
  private var leastZeros: [String: Double] = [:]

  /// Recorded steps one after another at which something was so.
  private struct Spell {
    let first: Int
    var last: Int
    /// By their places among the recorded steps.
    var places: ClosedRange<Int>
    var worst: Sighting
  }

  init(_ run: RunRecord) {
    self.run = run
    kinds = Dictionary(run.run.layers.map { ($0.name, $0.kind) }) { first, _ in first }
    stepRows = run.steps[...]
    firstLoss = stepRows.first?.loss ?? .nan
    greatestRate = stepRows.map(\.learningRate).filter(\.isFinite).max() ?? .nan
  }

  mutating func see(_ rows: [GradientRow], at step: Int) {
    let weights = rows.filter { $0.kind == .weight && $0.isKnown }
    guard !weights.isEmpty else { return }
    steps.append(step)
    layerCount = max(layerCount, weights.count)
    while let row = stepRows.first, row.step <= step {
      (rate, loss) = (row.learningRate, row.loss)
      stepRows.removeFirst()
    }
    for row in weights {
      leastZeros[row.layer.name] = min(leastZeros[row.layer.name] ?? 1, row.zeroFraction)
    }
    // Before and behind a schedule, rates near zero are meant.
    let moment = Moment(
      step: step, rows: weights, kinds: kinds, isRateNearZero: rate < greatestRate / 100,
      hasLearned: loss < firstLoss / 100, leastZeros: leastZeros)
    for kind in Symptom.Kind.allCases {
      if let sighting = moment.sighting(of: kind) { note(kind, sighting, at: step) }
    }
    let main = weights.filter { $0.layer.path == .main }.dropLast()
    if let first = main.first, let last = main.last { widen(&ratios, first.l2 / last.l2) }
    let ofStep = weights.compactMap(\.updateRatio).filter { $0.isFinite && $0 > 0 }.sorted()
    if !ofStep.isEmpty { widen(&updates, ofStep[ofStep.count / 2]) }
  }

  private func widen(_ range: inout ClosedRange<Double>?, _ value: Double) {
    guard value.isFinite else { return }
    range = min(range?.lowerBound ?? value, value)...max(range?.upperBound ?? value, value)
  }

  private mutating func note(_ kind: Symptom.Kind, _ sighting: Sighting, at step: Int) {
    let place = steps.count - 1
    var known = spells[kind] ?? []
    if var spell = known.popLast(), spell.places.upperBound == place - 1 {
      spell.last = step
      spell.places = spell.places.lowerBound...place
      if sighting.layers.count > spell.worst.layers.count { spell.worst = sighting }
      known.append(spell)
    } else {
      known = spells[kind] ?? []
      known.append(Spell(first: step, last: step, places: place...place, worst: sighting))
    }
    spells[kind] = known
  }

  // MARK: - What remains

  /// What was so for at least three recorded steps one after another, or for all if there are fewer; what is
  /// not finite counts at once.
  var symptoms: [Symptom] {
    let ofLayers = Symptom.Kind.allCases.compactMap { kind -> Symptom? in
      let long = (spells[kind] ?? []).filter { spell in
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
