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
  /// First layer's relative gradient ÷ that of the last before the classifier, over the steps.
  package let ratios: ClosedRange<Double>?
  /// ‖Δw‖ ÷ ‖w‖ of the middle layer, over the steps.
  package let updates: ClosedRange<Double>?

  package init(_ run: RunRecord) {
    var watch = Watch(run.run)
    watch.forEachStep(of: run) { _, _ in }
    symptoms = watch.symptoms(of: run)
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
        return "‖∇‖·‖w‖, first ÷ last, is \(range(ratios)), beyond 1/100 … 100 "
          + (isWithin ? "never" : "for a step or two at most")
      },
      updates.map { "the middle layer’s update ÷ weight is \(range($0))" },
      "no layer is dead",
    ].compactMap(\.self)
    return "At \(counted(stepCount, "recorded step")) of \(counted(layerCount, "layer")): "
      + parts.joined(separator: "; ") + "."
  }
}
