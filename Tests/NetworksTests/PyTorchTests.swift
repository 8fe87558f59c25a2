import Architectures
import Experiments
import Networks
import Tensors
import Testing

@Suite("Networks agree with PyTorch")
struct PyTorchTests {
  @Test(
    "loss, logits and every gradient of a 20-layer network", arguments: ["resnet-20", "plain-20"])
  func agreesWithPyTorch(name: String) throws {
    let reference = try PyTorchReference.load()
    let expected = try #require(reference.networks.first { $0.name == name })
    let engine = try Engine(threads: 2)
    let network = Network(Architecture(try NetworkConfiguration(named: name)), on: engine)
    #expect(network.parameters.map(\.name) == expected.gradients.map(\.name))
    for (parameter, given) in zip(network.parameters, expected.gradients) {
      try #require(parameter.value.shape == Shape(given.shape))
      parameter.value = Tensor(
        PyTorchReference.values(
          given.name, count: parameter.value.shape.count, scale: given.scale, offset: given.offset),
        shape: parameter.value.shape, on: engine)
    }
    let shape = Shape(reference.images.shape)
    let images = Tensor(
      PyTorchReference.values("images", count: shape.count, scale: reference.images.scale),
      shape: shape, on: engine)

    let norms = OutputGradientNorms()
    let flow = network(images, in: Pass(.training, probe: norms))
    let result = CrossEntropy(flow.output, labels: reference.labels)
    flow.pullback(result.gradient)

    #expect(abs(result.loss / expected.loss - 1) < 1e-5)
    for (ours, theirs) in zip(flow.output.values(), expected.logits.joined()) {
      #expect(abs(Double(ours) - theirs) < 1e-4)
    }
    for (parameter, theirs) in zip(network.parameters, expected.gradients) {
      let gradient = try #require(parameter.gradient)
      let error = PyTorchReference.relativeError(gradient.values(), theirs)
      #expect(error < 1e-3, "\(theirs.name)")
    }
    for theirs in expected.outputGradients {
      let ours = try #require(norms.byLayer[theirs.name])
      #expect(abs(ours / theirs.norm - 1) < 1e-3, "\(theirs.name)")
    }
  }
}

/// Notes the norm of the gradient that reaches each layer's output.
private final class OutputGradientNorms: GradientProbe {
  var byLayer: [String: Double] = [:]

  func observe(response: Response, of layer: LayerPlace) {}
  func observe(weightGradient: Tensor, of layer: LayerPlace) {}
  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {}
  func observe(outputGradient: Tensor, of layer: LayerPlace) {
    byLayer[layer.name] = outputGradient.summary().l2
  }
}
