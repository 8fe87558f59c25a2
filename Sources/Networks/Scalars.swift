package import Architectures
package import Tensors

/// λ·x with a constant λ.
package struct Scaling: Layer {
  package let factor: Float

  package init(_ factor: Double) { self.factor = Float(factor) }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    Flow(scale(input, by: factor)) { scale($0, by: factor) }
  }
}

/// α·x or x + β with one learned number for all values.
package struct ScalarLayer: Layer {
  package let kind: Architecture.Scalar.Kind
  /// A tensor of one number.
  package let number: Parameter

  package init(_ kind: Architecture.Scalar.Kind, _ number: Parameter) {
    self.kind = kind
    self.number = number
  }

  package var parameters: [Parameter] { [number] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let value = number.value.values()[0]
    switch kind {
    case .factor:
      return Flow(scale(input, by: value)) { gradient in
        note(multiply(gradient, input))
        return scale(gradient, by: value)
      }
    case .added:
      return Flow(shift(input, by: value)) { gradient in
        note(gradient)
        return gradient
      }
    }
  }

  /// The number's gradient is the sum of these.
  private func note(_ terms: Tensor) {
    number.gradient = Tensor(
      [Float(terms.summary().sum)], shape: number.value.shape, on: number.value.engine)
  }
}
