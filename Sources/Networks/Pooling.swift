package import Tensors

/// The largest value of each window: N×C×H×W → N×C×H'×W'.
package struct MaximumPooling: Layer {
  package let size: Int
  package let stride: Int
  package let padding: Int

  package init(size: Int, stride: Int, padding: Int) {
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let (pooled, trace) = maximumPooling(input, size: size, stride: stride, padding: padding)
    return Flow(pooled) { poolingGradient($0, trace: trace) }
  }
}

/// The average of each cell of a grid of S×S over each channel of each image: N×C×H×W → N×C×S×S.
package struct AveragePooling: Layer {
  /// S; 1 averages the whole image.
  package let side: Int

  package init(side: Int) { self.side = side }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    if input.shape[2] == side && input.shape[3] == side { return Flow(input) { $0 } }
    if side == 1 {
      let (pooled, trace) = globalAveragePooling(input)
      return Flow(pooled) { poolingGradient($0, trace: trace) }
    }
    let shape = input.shape
    return Flow(adaptiveAveragePooling(input, side: side)) {
      adaptiveAveragePoolingGradient($0, inputShape: shape)
    }
  }
}

/// Rows of features in place of images: N×C×H×W → N×CHW.
package struct Flattening: Layer {
  package init() {}

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let shape = input.shape
    let rows = Shape(shape[0], shape.count / shape[0])
    return Flow(input.reshaped(rows)) { $0.reshaped(shape) }
  }
}
