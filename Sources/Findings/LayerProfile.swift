package import Experiments
package import Records

/// The gradient norms of a network's layers at one moment, over seeds.
package struct LayerProfile {
  package let places: [LayerPlace]
  /// The norms of each seed, in forward order.
  package let norms: [[Double]]
  /// By the index of the layer.
  private let filters: [Int: Int]

  package init(_ runs: [RunRecord], kind: GradientRow.Kind, at step: Int) {
    let rows = runs.map { $0.gradients(kind, at: step) }
    places = rows.first?.map(\.layer) ?? []
    norms = rows.map { $0.map(\.l2) }
    let layers = runs.first?.run.layers.filter { $0.path == .main } ?? []
    filters = Dictionary(layers.map { ($0.index, $0.filters) }) { first, _ in first }
      .compactMapValues { $0 }
  }

  /// Of each layer, over seeds.
  package var spreads: [GeometricSpread] { geometricSpreads(norms) }

  /// Where a stage begins.
  package struct StageBeginning: Sendable {
    /// Half-way between two layers.
    package let position: Double
    /// Of the stage's first layer on the main path; nil where they are not known.
    package let filters: Int?
  }

  package var stageBeginnings: [StageBeginning] {
    let later = zip(places, places.dropFirst().dropLast()).compactMap { before, after in
      after.stage > before.stage
        ? StageBeginning(
          position: (Double(before.index) + Double(after.index)) / 2,
          filters: filters[after.index]) : nil
    }
    // A first layer alone is no stage that has to be told of.
    guard let first = places.first, places.dropFirst().dropLast().first?.stage == first.stage else {
      return later
    }
    return [StageBeginning(position: Double(first.index) - 0.5, filters: filters[first.index])]
      + later
  }
}
