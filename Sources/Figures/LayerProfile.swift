import Charts
import Experiments
import Records

/// The gradient norms of a network's layers at one moment, over seeds.
struct LayerProfile {
  let places: [LayerPlace]
  /// The norms of each seed, in forward order.
  let norms: [[Double]]

  init(_ runs: [RunRecord], kind: GradientRow.Kind, at step: Int) {
    let rows = runs.map { $0.gradients(kind, at: step) }
    places = rows.first?.map(\.layer) ?? []
    norms = rows.map { $0.map(\.l2) }
  }

  /// The middle of the norms of each layer: the geometric mean, which is what a logarithmic axis
  /// shows as the middle. Zero where a norm is zero, infinite or nan where one is.
  var means: [Double] { logarithms.map { exponential($0.mean) } }

  /// Geometric mean divided by and times the geometric standard deviation.
  var band: (lower: [Double], upper: [Double]) {
    (
      logarithms.map { exponential($0.mean - $0.deviation) },
      logarithms.map { exponential($0.mean + $0.deviation) }
    )
  }

  private var logarithms: [Spread] { spreads(norms.map { $0.map(logarithm) }) }

  /// Where the stages begin, half-way between two layers.
  var stageBeginnings: [(stage: Int, position: Double)] {
    zip(places, places.dropFirst().dropLast()).compactMap { before, after in
      guard after.stage > before.stage else { return nil }
      return (after.stage, (Double(before.index) + Double(after.index)) / 2)
    }
  }

  /// Marks where the stages begin, and how many filters they have.
  func stageRules(width: Int) -> [Mark] {
    stageBeginnings.enumerated().map { index, beginning in
      let filters = "\(width << (beginning.stage - 1))"
      return .rule(
        RuleMark(.atX, beginning.position, label: index == 0 ? "\(filters) filters" : filters))
    }
  }
}
