package import Experiments
package import Records

/// How strongly the convolutions on the main path respond at the last recorded step, over seeds.
package struct ResponseProfile {
  package let layers: [LayerPlace]
  /// Of each seed, in forward order.
  package let deviations: [[Double]]

  package init(_ runs: [RunRecord]) {
    let rows = runs.map { $0.finalResponses.dropLast() }
    layers = rows.first?.map(\.layer) ?? []
    deviations = rows.map { $0.map(\.deviation) }
  }

  package var inOrder: [Spread] { spreads(deviations) }
  package var sorted: [Spread] { spreads(deviations.map { $0.sorted(by: >) }) }

  package var overallMean: Double {
    let all = deviations.joined()
    return all.reduce(0, +) / Double(all.count)
  }
}
