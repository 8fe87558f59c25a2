internal import COneDNN

/// The functions that are applied element by element. The derivative of each can be written with
/// the output alone, so the input need not be kept.
package enum Nonlinearity: Hashable, CaseIterable, Sendable {
  /// max(x, 0); derivative 1 where y > 0, else 0.
  case relu
  /// tanh x; derivative 1 − y².
  case tanh
  /// 1 / (1 + e⁻ˣ); derivative y·(1 − y).
  case sigmoid

  var cValue: gf_activation {
    switch self {
    case .relu: GF_RELU
    case .tanh: GF_TANH
    case .sigmoid: GF_SIGMOID
    }
  }

  /// Applies the function to each element.
  package func callAsFunction(_ input: Tensor) -> Tensor {
    let primitive = input.engine.primitive(.activation(.training, self, input.layout))
    primitive.bind(GF_SRC, input)
    let output = primitive.result(GF_DST, input.shape)
    primitive.run()
    return output
  }

  /// The derivative: the gradient of the output times f' at each element.
  package func gradient(_ outputGradient: Tensor, output: Tensor) -> Tensor {
    precondition(
      outputGradient.shape == output.shape,
      "a gradient of \(outputGradient.shape) for an output of \(output.shape)")
    let primitive = output.engine.primitive(.activation(.inputGradient, self, output.layout))
    primitive.bind(GF_DST, output)
    primitive.bind(GF_DIFF_DST, outputGradient)
    let gradient = primitive.result(GF_DIFF_SRC, output.shape)
    primitive.run()
    return gradient
  }
}
