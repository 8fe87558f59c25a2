package import Tensors

/// The average of each channel of each image: N×C×H×W → N×C.
package struct GlobalAveragePooling: Layer {
  package init() {}

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let (pooled, trace) = globalAveragePooling(input)
    let rows = Shape(pooled.shape[0], pooled.shape[1])
    return Flow(pooled.reshaped(rows)) { gradient in
      poolingGradient(gradient.reshaped(pooled.shape), trace: trace)
    }
  }
}
