package import Tensors

/// A normalization, with its ReLU if it has one, and the convolution that reads its output.
///
/// The output between the two is needed on the way back for the gradient of the convolution's
/// weights. It is made again there instead of kept: that costs one pass over memory and saves a
/// quarter to a half of what a deep network's step holds (Chen et al. 2016, arXiv:1604.06174).
package struct NormalizedConvolution: Layer {
  package let normalization: BatchNormalization
  /// Where plain blocks end and begin between the two, if they do.
  let boundary: BlockBoundary?
  package let convolution: Convolution

  package var parameters: [Parameter] { normalization.parameters + convolution.parameters }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let (normalized, again) = normalization.flow(from: input, in: pass)
    guard let boundary, let probe = pass.probe else {
      let flow = convolution.flow(from: normalized.output, again: again, in: pass)
      let (backToNormalized, back) = (flow.pullback, normalized.pullback)
      return Flow(flow.output) { back(backToNormalized($0)) }
    }
    // Made again once, for the convolution and for who looks on.
    let made = Remade()
    let flow = convolution.flow(
      from: normalized.output, again: { made.keep(again()) }, in: pass)
    let (backToNormalized, back) = (flow.pullback, normalized.pullback)
    return Flow(flow.output) { gradient in
      let gradient = backToNormalized(gradient)
      boundary.show(gradient, of: made.take(), to: probe)
      return back(gradient)
    }
  }
}

/// A tensor on its way from where it was made again to where it is needed once more.
private final class Remade {
  private var tensor: Tensor?

  func keep(_ tensor: Tensor) -> Tensor {
    self.tensor = tensor
    return tensor
  }

  func take() -> Tensor {
    guard let kept = tensor else {
      preconditionFailure("the convolution's way back did not make its input again")
    }
    tensor = nil
    return kept
  }
}
