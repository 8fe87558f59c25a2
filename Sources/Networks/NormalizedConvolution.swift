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
    let flow = convolution.flow(from: normalized.output, again: again, in: pass)
    let (backToNormalized, back) = (flow.pullback, normalized.pullback)
    guard let boundary, let probe = pass.probe else {
      return Flow(flow.output) { back(backToNormalized($0)) }
    }
    boundary.show(normalized.output, to: probe)
    return Flow(flow.output) { gradient in
      let passed = again()
      let gradient = backToNormalized(gradient)
      boundary.show(gradient: gradient, at: passed, to: probe)
      return back(gradient)
    }
  }
}
