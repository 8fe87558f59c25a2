import Experiments
import Records

/// Records of another program's network, without rows.
func recordedRun(
  _ name: String = "net", role: RunDescription.Subject.Role = .none, depth: Int = 3,
  layers: [RunDescription.Layer] = [], conditions: [String: String] = [:]
) -> RunRecord {
  RunRecord(
    RunDescription(
      recorded: .init(name: name, role: role, depth: depth), layers: layers,
      conditions: conditions, context: RunContext(version: "1")))
}

/// Layers of the main path of these stages, in forward order, with these filters.
func recordedLayers(stages: [Int], filters: [Int?] = []) -> [RunDescription.Layer] {
  stages.enumerated().map { index, stage in
    RunDescription.Layer(
      LayerPlace(index: index + 1, name: "layer\(index + 1)", stage: stage), kind: "convolution",
      parameters: 9, filters: index < filters.count ? filters[index] : nil)
  }
}

extension RunRecord {
  /// Adds gradients at a step: their norms, layer by layer along the main path.
  mutating func addGradients(at step: Int, _ norms: [Double]) {
    let places = run.layers.map(\.place).filter { $0.path == .main }
    gradients = RecordTable(
      gradients.all
        + zip(places, norms).flatMap { place, norm in
          GradientRow.Kind.allCases.map { kind in
            GradientRow(
              step: step, layer: place, kind: kind, l2: norm, rms: 0, maximum: 0, zeroFraction: 0)
          }
        })
  }

  /// Ends with a training error, in percent.
  mutating func end(at error: Double, step: Int = 10, epoch: Double = 0) {
    evaluations = [
      EvaluationRow(step: step, epoch: epoch, trainingError: error, evaluationError: error + 1)
    ]
  }
}
