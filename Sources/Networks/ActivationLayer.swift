package import Tensors

/// A nonlinearity, element by element.
package struct ActivationLayer: Layer {
  package let function: Nonlinearity

  package init(_ function: Nonlinearity) { self.function = function }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let output = function(input)
    return Flow(output) { function.gradient($0, output: output) }
  }
}
