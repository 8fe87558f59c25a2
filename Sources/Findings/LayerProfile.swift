package import Experiments
package import Records

/// The gradient norms of a network's layers at one moment, over seeds.
package struct LayerProfile {
  package let places: [LayerPlace]
  /// The norms of each seed, in forward order.
  package let norms: [[Double]]
  /// On the main path.
  private let layers: [RunDescription.Layer]
  private let isConvolutional: Bool

  package init(_ runs: [RunRecord], kind: GradientRow.Kind, at step: Int) {
    let rows = runs.map { $0.gradients(kind, at: step) }
    places = rows.first?.map(\.layer) ?? []
    norms = rows.map { $0.map(\.l2) }
    layers = runs.first?.run.layers.filter { $0.path == .main } ?? []
    isConvolutional = runs.first?.run.isConvolutional ?? false
  }

  /// Of each layer, over seeds.
  package var spreads: [GeometricSpread] { geometricSpreads(norms) }

  /// Where a stage begins.
  package struct StageBeginning: Sendable {
    /// Half-way between two layers.
    package let position: Double
    /// Of the stage's first layer on the main path; nil where they are not known, or where not all
    /// layers are convolutions.
    package let filters: Int?
    /// What the names of its layers begin with: `encoder.3`; nothing where they begin differently.
    package let name: String
  }

  package var stageBeginnings: [StageBeginning] {
    let later = zip(places, places.dropFirst().dropLast()).compactMap { before, after in
      after.stage > before.stage
        ? beginning(of: after, at: (Double(before.index) + Double(after.index)) / 2) : nil
    }
    // A first layer alone is no stage that has to be told of.
    guard let first = places.first, places.dropFirst().dropLast().first?.stage == first.stage else {
      return later
    }
    return [beginning(of: first, at: Double(first.index) - 0.5)] + later
  }

  private func beginning(of place: LayerPlace, at position: Double) -> StageBeginning {
    let names = layers.filter { $0.stage == place.stage }.map { $0.name.split(separator: ".") }
    let shared = names.dropFirst().reduce(names.first?.dropLast() ?? []) { shared, name in
      shared.prefix(zip(shared, name).prefix { $0 == $1 }.count)
    }
    return StageBeginning(
      position: position,
      filters: isConvolutional ? layers.first { $0.index == place.index }?.filters : nil,
      name: shared.joined(separator: "."))
  }
}
