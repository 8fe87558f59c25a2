import Experiments
import Networks
import Records
import Tensors

/// Looks on at one training step and turns what it sees into the rows of the records.
final class GradientRecorder: GradientProbe {
  private let step: Int
  /// Whether the gradients that reach outputs are recorded beside those of weights.
  private let observesOutputs: Bool
  private(set) var responses: [ResponseRow] = []
  private var outputs: [LayerPlace: Summary] = [:]
  private var weights: [LayerPlace: Summary] = [:]

  init(step: Int, outputs: Bool = true) {
    self.step = step
    observesOutputs = outputs
  }

  func observe(response: Response, of layer: LayerPlace) {
    responses.append(
      ResponseRow(
        step: step, layer: layer, deviation: response.deviation, mean: response.mean))
  }

  func observe(outputGradient: Tensor, of layer: LayerPlace) {
    if observesOutputs { outputs[layer] = outputGradient.summary() }
  }

  func observe(weightGradient: Tensor, of layer: LayerPlace) {
    weights[layer] = weightGradient.summary()
  }

  /// The rows of this step in forward order, weights before activations of each layer.
  /// `updates` tells how far each layer's weights were then moved.
  func gradients(places: [LayerPlace], updates: [String: UpdateSize]) -> [GradientRow] {
    places.flatMap { place -> [GradientRow] in
      guard let weight = weights[place] else {
        preconditionFailure("\(place.name) was passed by without being observed")
      }
      let update = updates["\(place.name).weight"]
      let ofWeights = row(
        place, .weight, weight, weightNorm: update?.weightNorm, updateRatio: update?.ratio)
      return [ofWeights] + (outputs[place].map { [row(place, .activation, $0)] } ?? [])
    }
  }

  private func row(
    _ layer: LayerPlace, _ kind: GradientRow.Kind, _ summary: Summary, weightNorm: Double? = nil,
    updateRatio: Double? = nil
  ) -> GradientRow {
    GradientRow(
      step: step, layer: layer, kind: kind, l2: summary.l2, rms: summary.rms,
      maximum: summary.maximum, zeroFraction: summary.zeroFraction, weightNorm: weightNorm,
      updateRatio: updateRatio)
  }
}
