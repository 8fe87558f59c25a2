package import Architectures
package import Experiments
package import Tensors

/// A network: a first convolution, which images enter, and what follows it up to the logits.
package struct Network {
  package let architecture: Architecture
  let stem: Convolution
  let body: Chain
  /// The statistics that evaluation normalizes with, in forward order.
  package let statistics: [RunningStatistics]

  /// Builds a network with its initial weights. Twins of one seed share the values of all parameters
  /// that they share the names of.
  package init(
    _ architecture: Architecture, initialization: Initialization = .he, seed: UInt64 = 0,
    on engine: Engine
  ) {
    var builder = NetworkBuilder(initialization: initialization, seed: seed, on: engine)
    let layers = builder.layers(architecture.stages.flatMap(\.elements))
    guard let stem = layers.first as? Convolution else {
      preconditionFailure("\(architecture.name) does not begin with a convolution")
    }
    self.architecture = architecture
    self.stem = stem
    body = Chain(Array(layers.dropFirst()))
    statistics = builder.statistics
  }

  /// The convolutions and linear layers in forward order, as in ``Architectures/Architecture``.
  package var places: [LayerPlace] { architecture.places }

  /// In forward order; for torchvision's networks that of PyTorch's state dict.
  package var parameters: [Parameter] { stem.parameters + body.parameters }

  /// As ``callAsFunction(_:in:)``, with a way back that leads to the images: ∂loss/∂logits ↦
  /// ∂loss/∂images, N×C×H×W. It costs a convolution more.
  package func flowToImages(_ images: Tensor, in pass: Pass) -> Flow {
    let first = stem(images, in: pass)
    let flow = body(first.output, in: pass)
    let (backToImages, back) = (first.pullback, flow.pullback)
    return Flow(flow.output) { backToImages(back($0)) }
  }

  /// Classifies N×C×H×W images: logits N×classes, and the way back to every parameter.
  package func callAsFunction(_ images: Tensor, in pass: Pass) -> RootFlow {
    let root = stem.applied(toImages: images, in: pass)
    let flow = body(root.output, in: pass)
    let (backToStem, back) = (root.pullback, flow.pullback)
    return RootFlow(output: flow.output) { backToStem(back($0)) }
  }
}
