import Experiments
import Records
import Wording

/// What is seen of one symptom at one step.
package struct Sighting: Hashable, Sendable {
  package let kind: Symptom.Kind
  /// In forward order.
  package let layers: [String]
  /// A sentence without its end.
  package let evidence: String
}

/// The weight gradients of one recorded step that are known, and what they show.
struct Moment {
  let step: Int
  /// In forward order.
  let rows: [GradientRow]
  /// Of the layers, by their names.
  let kinds: [String: String]
  let isRateNearZero: Bool
  /// Whether the loss is next to nothing against what it was at first.
  let hasLearned: Bool
  /// The least share of zeros of each layer's gradient so far, by its name.
  let leastZeros: [String: Double]

  func sighting(of symptom: Symptom.Kind) -> Sighting? {
    switch symptom {
    case .notFinite: notFinite
    case .vanishes: vanishes
    case .explodes: explodes
    case .starves: starves
    case .isDead: dead
    case .rests: rests
    case .thrashes: updates(.thrashes) { _, ratio in ratio > Diagnosis.thrashLimit }
    }
  }

  /// What a layer gets: ‖∇‖·‖w‖, which does not depend on how large its weights were drawn.
  private struct Share {
    let layer: String
    let norm: Double
  }

  private func shares(of rows: [GradientRow]) -> [Share] {
    zip(rows, rows.relativeNorms).map { Share(layer: $0.layer.name, norm: $1) }
  }

  private var main: [Share] { shares(of: rows.filter { $0.layer.path == .main }) }

  private var notFinite: Sighting? {
    // A step that a gradient scaler skips for its sake changes nothing, and is meant.
    let ill = rows.filter { !$0.l2.isFinite && $0.updateRatio != 0 }
    guard let last = ill.last else { return nil }
    return Sighting(
      kind: .notFinite, layers: ill.map(\.layer.name),
      evidence:
        "at step \(grouped(step)) the gradient of \(quoted(last)), the last of them, is \(last.l2)")
  }

  /// The layers up to the last whose every predecessor's share, and its own, is as `isSo` says against the
  /// last layer before the classifier: where an earlier layer gets more, the gradient has come so far.
  private func reach(
    _ kind: Symptom.Kind, _ isSo: (_ norm: Double, _ reference: Double) -> Bool
  ) -> Sighting? {
    let main = main.dropLast()
    guard let reference = main.last, reference.norm > 0, reference.norm.isFinite else {
      return nil
    }
    let ill = main.prefix { $0.norm.isFinite && isSo($0.norm, reference.norm) }
    guard let first = ill.first else { return nil }
    return Sighting(
      kind: kind, layers: ill.map(\.layer),
      evidence: "at step \(grouped(step)) \(quoted(first)) gets \(rounded(first.norm)), and "
        + "\(quoted(reference)) \(rounded(reference.norm))")
  }

  private var vanishes: Sighting? {
    let layers = main.dropLast()
    let greatest = layers.map(\.norm).max() ?? 0
    if !hasLearned, greatest > 0, greatest < Diagnosis.faintLimit {
      return Sighting(
        kind: .vanishes, layers: layers.map(\.layer),
        evidence: "at step \(grouped(step)) no layer before the last gets more than "
          + rounded(greatest))
    }
    return reach(.vanishes) { $0 < $1 / Diagnosis.ratioLimit }
  }

  private var explodes: Sighting? {
    let huge = shares(of: rows).filter { $0.norm.isFinite && $0.norm > Diagnosis.hugeLimit }
    if let greatest = huge.max(by: { $0.norm < $1.norm }) {
      return Sighting(
        kind: .explodes, layers: huge.map(\.layer),
        evidence: "at step \(grouped(step)) \(quoted(greatest)) gets \(rounded(greatest.norm))")
    }
    return reach(.explodes) { $0 > $1 * Diagnosis.ratioLimit && $0 >= Diagnosis.faintLimit }
  }

  private var starves: Sighting? {
    guard let reference = main.dropLast().last, reference.norm.isFinite else { return nil }
    let vanishing = vanishes?.layers.count ?? 0
    var greatest = 0.0
    var ill: [(share: Share, passing: Double)] = []
    for (place, share) in main.dropLast().enumerated() {
      let passing = min(greatest, reference.norm)
      if place >= vanishing, share.norm > 0, share.norm < passing * Diagnosis.starvationLimit {
        ill.append((share, passing))
      }
      if share.norm.isFinite { greatest = max(greatest, share.norm) }
    }
    guard let worst = ill.min(by: { $0.share.norm < $1.share.norm }) else { return nil }
    return Sighting(
      kind: .starves, layers: ill.map(\.share.layer),
      evidence:
        "at step \(grouped(step)) \(quoted(worst.share)) gets \(rounded(worst.share.norm)), while "
        + "\(rounded(worst.passing)) comes past it")
  }

  private var dead: Sighting? { Sighting(of: deadLayers, at: step) }

  /// The layers that get exactly nothing, though the gradient has not vanished before it reached them.
  var deadLayers: [DeadLayer] {
    let starved = Set(vanishes?.layers ?? [])
    return rows.filter { row in
      !starved.contains(row.layer.name) && (row.l2 == 0 || hasDied(row))
    }.map { DeadLayer(name: $0.layer.name, zeroFraction: $0.zeroFraction) }
  }

  /// Whether nine in ten of the weights that ever got something get nothing any more. Others never do:
  /// those at the rim of a kernel that is larger than its image.
  private func hasDied(_ row: GradientRow) -> Bool {
    // Of a table of words a step touches a few rows.
    if kinds[row.layer.name]?.contains("Embedding") ?? false { return false }
    let least = leastZeros[row.layer.name] ?? 0
    return row.zeroFraction - least >= Diagnosis.deadLimit * (1 - least) && least < 1
  }

  private var rests: Sighting? {
    isRateNearZero
      ? nil : updates(.rests) { row, ratio in ratio < Diagnosis.restLimit && row.l2 > 0 }
  }

  private func updates(
    _ kind: Symptom.Kind, _ isSo: (GradientRow, Double) -> Bool
  ) -> Sighting? {
    let ill = rows.filter { row in row.updateRatio.map { isSo(row, $0) } ?? false }
    guard let first = ill.first, let ratio = first.updateRatio else { return nil }
    return Sighting(
      kind: kind, layers: ill.map(\.layer.name),
      evidence: "at step \(grouped(step)) update ÷ weight of \(quoted(first)) is \(rounded(ratio))")
  }

  private func quoted(_ share: Share) -> String { "“\(share.layer)”" }

  private func quoted(_ row: GradientRow) -> String { "“\(row.layer.name)”" }
}
