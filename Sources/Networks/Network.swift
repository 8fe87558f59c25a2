package import Experiments
package import Tensors

/// A network: a first convolution, which images enter, and what follows it up to the logits.
package struct Network {
  /// As in the paper: `plain-56`, `resnet-56`.
  package let name: String
  let stem: Convolution
  let body: Chain
  /// The statistics that evaluation normalizes with, in forward order.
  package let statistics: [RunningStatistics]
  /// The convolutions and the classifier in forward order; their number is the network's depth.
  package let places: [LayerPlace]

  /// In the order of PyTorch's state dict.
  package var parameters: [Parameter] { stem.parameters + body.parameters }

  /// Classifies N×C×H×W images: logits N×classes, and the way back to every parameter.
  package func callAsFunction(_ images: Tensor, in pass: Pass) -> RootFlow {
    let root = stem.applied(toImages: images, in: pass)
    let flow = body(root.output, in: pass)
    return RootFlow(output: flow.output) { root.pullback(flow.pullback($0)) }
  }
}
