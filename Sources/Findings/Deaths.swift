import Wording

/// A layer of whose weights nearly all get exactly nothing at a step.
struct DeadLayer: Sendable {
  let name: String
  /// The share of exact zeros in its gradient.
  let zeroFraction: Double
}

extension Sighting {
  /// That layers are dead, in forward order; nil of none.
  init?(of layers: [DeadLayer], at step: Int) {
    guard let worst = layers.max(by: { $0.zeroFraction < $1.zeroFraction }) else { return nil }
    self.init(
      kind: .isDead, layers: layers.map(\.name),
      evidence: "at step \(grouped(step)) \(percent(100 * worst.zeroFraction)) of the gradient of "
        + "“\(worst.name)” is exactly zero")
  }
}

/// Which layers were dead at which recorded steps. One that keeps coming back is not used at every step, as
/// experts and blocks of stochastic depth are, and lives.
struct Deaths: Sendable {
  /// By the places of the recorded steps at which there were any.
  private var byPlace: [Int: [DeadLayer]] = [:]
  private var spells: [String: [ClosedRange<Int>]] = [:]

  mutating func note(_ layers: [DeadLayer], at place: Int) {
    if layers.isEmpty { return }
    byPlace[place] = layers
    for layer in layers {
      var known = spells[layer.name] ?? []
      if let last = known.last, last.upperBound == place - 1 {
        known[known.count - 1] = last.lowerBound...place
      } else {
        known.append(place...place)
      }
      spells[layer.name] = known
    }
  }

  func layers(at place: Int) -> [DeadLayer] { byPlace[place] ?? [] }

  /// By layers' names, when each was dead for so many recorded steps; where it came back more than twice,
  /// only if it was for much longer than at other times.
  func lasting(atLeast least: Int) -> [String: [ClosedRange<Int>]] {
    spells.mapValues { known in
      known.enumerated().filter { place, spell in
        let others = known.enumerated().filter { $0.offset != place }.map(\.element.count)
        let isRare = others.count <= 2 || spell.count > 4 * (others.max() ?? 0)
        return spell.count >= least && isRare
      }.map(\.element)
    }
  }
}
