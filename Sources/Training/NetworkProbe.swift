package import Experiments
package import Networks
import Records
package import Tensors

/// What one forward and backward pass of a network showed, nothing having been learnt.
package struct ProbeResult {
  /// Mean cross-entropy, in nats; not a number where images or weights are none.
  package let loss: Double
  /// N×classes.
  package let logits: Tensor
  /// The convolutions and linear layers in forward order, each projection behind its block.
  package let layers: [Layer]

  package struct Layer: Sendable {
    package let place: LayerPlace
    /// ‖∂loss/∂weights‖₂.
    package let weightGradientNorm: Double
    /// ‖∂loss/∂output‖₂, of the layer's own output, before normalization.
    package let outputGradientNorm: Double
    /// The standard deviation of the output after normalization, before the nonlinearity and the
    /// addition (paper, figure 7).
    package let responseDeviation: Double
  }
}

/// Passes images there and their loss's gradient back, in training mode. Afterwards the network's
/// parameters hold their gradients; their values are as before.
package func probe(_ network: Network, images: Tensor, labels: [Int32]) -> ProbeResult {
  let recorder = GradientRecorder(step: 0)
  let flow = network(images, in: Pass(.training, probe: recorder))
  let result = CrossEntropy(flow.output, labels: labels)
  flow.pullback(result.gradient)
  let rows = recorder.gradients(places: network.places, updates: [:])
  let responses = Dictionary(
    uniqueKeysWithValues: recorder.responses.map { ($0.layer, $0.deviation) })
  let weights = rows.filter { $0.kind == .weight }
  let outputs = rows.filter { $0.kind == .activation }
  // max(nan, 0) may be 0, and a loss behind it looks like any other.
  let given = [images] + network.parameters.map(\.value)
  let isFinite = given.allSatisfy { $0.summary().sumOfSquares.isFinite }
  return ProbeResult(
    loss: isFinite ? result.loss : .nan, logits: flow.output,
    layers: zip(weights, outputs).map { weight, output in
      guard let response = responses[weight.layer] else {
        preconditionFailure("\(weight.layer.name) did not respond")
      }
      return ProbeResult.Layer(
        place: weight.layer, weightGradientNorm: weight.l2, outputGradientNorm: output.l2,
        responseDeviation: response)
    })
}
