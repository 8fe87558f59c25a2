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
    // The least rounding: a few millionths more, and other units fall to either side of their ReLUs.
    let engine = try Engine(threads: 2, convolutions: .direct)
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
      // A unit whose sum is nearly zero falls on either side of its ReLU, as the processor's order of
      // additions will have it.
      let error = PyTorchReference.relativeError(gradient.values(), theirs)
      #expect(error < 5e-3, "\(theirs.name)")
    }
    for theirs in expected.outputGradients {
      let ours = try #require(norms.byLayer[theirs.name])
      #expect(abs(ours / theirs.norm - 1) < 1e-3, "\(theirs.name)")
    }
  }
}

extension PyTorchTests {
  @Test(
    "what passes every block, and the gradient of the images",
    arguments: [
      "resnet-20", "resnet-20-B", "resnet-20-preact", "plain-20", "plain-20-no-bn",
      "resnet-20-no-bn-tanh", "resnet-50",
    ])
  func blocks(name: String) throws {
    let expected = try #require(PyTorchBlocks.load().networks.first { $0.name == name })
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = expected.width
    let engine = try Engine(threads: 2, convolutions: .direct)
    let shape = Shape(expected.images.shape)
    let network = Network(
      Architecture(configuration, channels: shape[1], height: shape[2], classes: 10), on: engine)
    #expect(network.parameters.map(\.name) == expected.parameters.map(\.name))
    for (parameter, given) in zip(network.parameters, expected.parameters) {
      try #require(parameter.value.shape == Shape(given.shape))
      parameter.value = Tensor(
        PyTorchReference.values(
          given.name, count: parameter.value.shape.count, scale: given.scale, offset: given.offset),
        shape: parameter.value.shape, on: engine)
    }
    let images = Tensor(
      PyTorchReference.values("images", count: shape.count, scale: expected.images.scale),
      shape: shape, on: engine)

    let log = BlockLog()
    let flow = network.flowToImages(images, in: Pass(.training, probe: log))
    let result = CrossEntropy(flow.output, labels: expected.labels)
    let ofImages = flow.pullback(result.gradient).values()

    #expect(abs(result.loss / expected.loss - 1) < 1e-5)
    let error = PyTorchReference.relativeError(
      ofImages, "images", norm: expected.imageGradient.norm,
      projections: expected.imageGradient.projections)
    #expect(error < 1e-3)
    #expect(network.architecture.blocks.map(\.name) == expected.blocks.map(\.name))
    for (block, theirs) in zip(network.architecture.blocks, expected.blocks) {
      #expect(block.place.stage == theirs.stage && block.place.changesShape == theirs.shapeChanges)
      let told = try #require(log.told[block.name])
      let values: [(BlockQuantity, Double?)] = [
        (.input, theirs.inputRMS), (.output, theirs.outputRMS),
        (.gradientAtSum, theirs.gradientAtSum),
        (.gradientThroughShortcut, theirs.gradientThroughShortcut),
        (.gradientThroughBranch, theirs.gradientThroughBranch),
      ]
      for (quantity, value) in values {
        guard let value else {
          #expect(told[quantity] == nil)
          continue
        }
        let found = try #require(told[quantity])
        #expect(abs(found / value - 1) < 2e-4, "\(block.name), \(quantity)")
      }
      guard let cosine = theirs.gradientCosine else { continue }
      #expect(abs(try #require(told[.branch]) / theirs.branchRMS - 1) < 2e-4, "\(block.name)")
      #expect(abs(try #require(told[.gradientCosine]) - cosine) < 1e-4, "\(block.name)")
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
