package import Tensors

/// The shortcut where the shape stays: x.
package struct IdentityShortcut: Layer {
  package init() {}

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    Flow(input) { $0 }
  }
}

/// Option A of the paper (section 3.3) where a stage begins: every second pixel, and channels of
/// zeros for those that the stage adds. N×C×H×W → N×O×⌈H/s⌉×⌈W/s⌉, without parameters, so that
/// plain and residual twins have exactly the same ones.
package struct SubsamplingShortcut: Layer {
  package let stride: Int
  /// O.
  package let channels: Int

  package init(stride: Int, channels: Int) {
    self.stride = stride
    self.channels = channels
  }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let shape = input.shape
    return Flow(subsample(input, stride: stride, channels: channels)) {
      subsampleGradient($0, inputShape: shape, stride: stride)
    }
  }
}
