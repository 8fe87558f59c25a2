import RealModule
import Records

/// A number of a layer at initialization by which the first convolution can be compared with the last one.
package enum GradientMeasure: String, CaseIterable, Sendable {
  /// ‖∇‖.
  case norm
  /// ‖∇‖·‖w‖.
  case relative
  /// ‖∇‖ ÷ ‖w‖.
  case perWeight = "per-weight"
  /// ‖Δw‖ ÷ ‖w‖.
  case update

  fileprivate func number(_ row: GradientRow) -> Double {
    let weights = row.weightNorm ?? .nan
    return switch self {
    case .norm: row.l2
    case .relative: row.l2 * weights
    case .perWeight: row.l2 / weights
    case .update: row.updateRatio ?? .nan
    }
  }
}

extension [RunRecord] {
  /// How well a measure orders networks by whether they learn: the share of pairs, one that learns and one that
  /// does not, in which the first ÷ last of the one that learns is nearer to one. A half is chance.
  package func order(by measure: GradientMeasure) -> Double {
    let distances = compactMap { run -> (learns: Bool, distance: Double)? in
      guard let regime = Regime(run) else { return nil }
      let rows = run.gradients(.weight, at: 0).dropLast()
      guard let first = rows.first, let last = rows.last else { return nil }
      let ratio = measure.number(first) / measure.number(last)
      // Where nothing arrives, or overflows, no distance is larger.
      let distance = ratio > 0 && ratio.isFinite ? abs(Double.log10(ratio)) : .infinity
      return (regime.learns, distance)
    }
    var sum = 0.0
    var pairs = 0.0
    for one in distances where one.learns {
      for other in distances where !other.learns {
        sum += one.distance < other.distance ? 1 : one.distance == other.distance ? 0.5 : 0
        pairs += 1
      }
    }
    return sum / pairs
  }

  /// The correlation of the last training errors of two networks over seeds (Pearson); nan of fewer than three
  /// seeds that both have.
  package func correlation(_ one: String, _ other: String) -> Double {
    func errors(_ name: String) -> [UInt64: Double] {
      Dictionary(
        filter { $0.run.subject.name == name }.compactMap { run in
          run.seed.map { ($0, run.finalTrainingError) }
        }, uniquingKeysWith: { first, _ in first })
    }
    let (first, second) = (errors(one), errors(other))
    let pairs = first.keys.filter { second[$0] != nil }.map { (first[$0] ?? 0, second[$0] ?? 0) }
    guard pairs.count >= 3 else { return .nan }
    let (x, y) = (Spread(pairs.map(\.0)), Spread(pairs.map(\.1)))
    let products = pairs.reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
    return products / Double(pairs.count - 1) / (x.deviation * y.deviation)
  }
}
