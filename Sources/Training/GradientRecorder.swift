import Architectures
import Experiments
import Networks
import Platform
import Records
import Tensors

/// Looks on at one training step and turns what it sees into the rows of the records.
final class GradientRecorder: GradientProbe {
  private let step: Int
  /// Whether the gradients that reach outputs are recorded beside those of weights.
  let observesOutputs: Bool
  private(set) var responses: [ResponseRow] = []
  private var outputs: [LayerPlace: Summary] = [:]
  private var weights: [LayerPlace: Summary] = [:]
  private var blocks: [BlockPlace: [BlockQuantity: Double]] = [:]

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
    if observesOutputs { note(outputGradient: outputGradient.summary(), of: layer) }
  }

  /// Takes what a gradient that arrived in parts is like.
  func note(outputGradient: Summary, of layer: LayerPlace) {
    outputs[layer] = outputGradient
  }

  func observe(weightGradient: Tensor, of layer: LayerPlace) {
    weights[layer] = weightGradient.summary()
  }

  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {
    blocks[block, default: [:]][quantity] = value
  }

  /// The rows of this step's blocks in forward order.
  func blocks(of architecture: Architecture) -> [BlockRow] {
    let sizes = Dictionary(
      responses.map { ($0.layer, hypot($0.mean, $0.deviation)) }, uniquingKeysWith: { $1 })
    return architecture.blocks.map { block in
      let found = blocks[block.place] ?? [:]
      func value(_ quantity: BlockQuantity) -> Double {
        guard let value = found[quantity] else {
          preconditionFailure("\(block.name) did not tell its \(quantity)")
        }
        return value
      }
      return BlockRow(
        step: step, block: block.place, gradientAtSum: value(.gradientAtSum),
        gradientThroughShortcut: found[.gradientThroughShortcut],
        gradientThroughBranch: value(.gradientThroughBranch),
        gradientCosine: found[.gradientCosine], inputRMS: value(.input),
        // A plain block's F(x) is the response of its last layer.
        branchRMS: found[.branch] ?? block.lastLayer.flatMap { sizes[$0] } ?? .nan,
        outputRMS: value(.output))
    }
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
