package import Tensors

/// y = σ(F(x) + shortcut(x)) (He et al. 2015, eq. 1 and 2, figure 2).
///
/// Whatever the branch F lets through, the gradient that reaches the sum also goes around it:
/// ∂loss/∂x = shortcutᵀ(g) + Fᵀ(g). A plain block is the ``Chain`` F alone.
package struct ResidualBlock: Layer {
  /// F: two or three convolutions with their normalizations.
  package let branch: Chain
  /// The identity; where the shape changes ``SubsamplingShortcut`` or a projection.
  package let shortcut: any Layer
  /// σ, after the addition; nil for the identity (He et al. 2016).
  package let activation: Nonlinearity?

  package init(_ branch: Chain, shortcut: any Layer, activation: Nonlinearity? = .relu) {
    self.branch = branch
    self.shortcut = shortcut
    self.activation = activation
  }

  package var parameters: [Parameter] { branch.parameters + shortcut.parameters }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let inner = branch(input, in: pass)
    let around = shortcut(input, in: pass)
    let output =
      switch activation {
      case nil: add(around.output, inner.output)
      case .relu?: add(around.output, inner.output, relu: true)
      case let function?: function(add(around.output, inner.output))
      }
    // Only the ways back are kept, not the outputs that were added.
    let (back, backAround) = (inner.pullback, around.pullback)
    return Flow(output) { gradient in
      let gradient = activation?.gradient(gradient, output: output) ?? gradient
      return add(backAround(gradient), back(gradient))
    }
  }
}
