package import Experiments
package import Tensors

/// y = σ(F(x) + shortcut(x)) (He et al. 2015, eq. 1 and 2, figure 2).
///
/// Whatever the branch F lets through, the gradient that reaches the sum also goes around it:
/// ∂loss/∂x = shortcutᵀ(g) + Fᵀ(g). A plain block is the ``Chain`` F alone.
package struct ResidualBlock: Layer {
  package let place: BlockPlace
  /// F: two or three convolutions with their normalizations.
  package let branch: Chain
  /// The identity; where the shape changes ``SubsamplingShortcut`` or a projection.
  package let shortcut: any Layer
  /// σ, after the addition; nil for the identity (He et al. 2016).
  package let activation: Nonlinearity?

  package init(
    _ place: BlockPlace, _ branch: Chain, shortcut: any Layer, activation: Nonlinearity? = .relu
  ) {
    self.place = place
    self.branch = branch
    self.shortcut = shortcut
    self.activation = activation
  }

  package var parameters: [Parameter] { branch.parameters + shortcut.parameters }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let inner = branch(input, in: pass)
    let around = shortcut(input, in: pass)
    let output: Tensor
    if let probe = pass.probe {
      output = sum(around.output, inner.output, of: input, probe)
    } else {
      output = sum(around.output, inner.output)
    }
    // Only the ways back are kept, not the outputs that were added.
    let (back, backAround) = (inner.pullback, around.pullback)
    return Flow(output) { gradient in
      let gradient = activation?.gradient(gradient, output: output) ?? gradient
      if let branches = pass.branches {
        return branches.contains(place.index) ? back(gradient) : backAround(gradient)
      }
      guard let probe = pass.probe else { return add(backAround(gradient), back(gradient)) }
      return meeting(backAround(gradient), back(gradient), of: gradient, probe)
    }
  }

  /// σ(shortcut(x) + F(x)).
  private func sum(_ around: Tensor, _ inner: Tensor) -> Tensor {
    switch activation {
    case nil: add(around, inner)
    case .relu?: add(around, inner, relu: true)
    case let function?: function(add(around, inner))
    }
  }

  /// The same, while somebody looks on.
  private func sum(
    _ around: Tensor, _ inner: Tensor, of input: Tensor, _ probe: any GradientProbe
  ) -> Tensor {
    let (added, sizes) = addMeasuring(around, inner, relu: activation == .relu)
    let root = Double(sizes.count).squareRoot()
    probe.observe(.input, isIdentity ? sizes.firstL2 / root : input.summary().rms, of: place)
    probe.observe(.branch, sizes.secondL2 / root, of: place)
    guard let activation, activation != .relu else {
      probe.observe(.output, sizes.resultL2 / root, of: place)
      return added
    }
    let output = activation(added)
    probe.observe(.output, output.summary().rms, of: place)
    return output
  }

  /// shortcutᵀ(g) + Fᵀ(g), while somebody looks on.
  private func meeting(
    _ around: Tensor, _ inner: Tensor, of gradient: Tensor, _ probe: any GradientProbe
  ) -> Tensor {
    let (met, sizes) = addMeasuring(around, inner)
    probe.observe(
      .gradientAtSum, isIdentity ? sizes.firstL2 : gradient.summary().l2, of: place)
    probe.observe(.gradientThroughShortcut, sizes.firstL2, of: place)
    probe.observe(.gradientThroughBranch, sizes.secondL2, of: place)
    probe.observe(.gradientCosine, sizes.cosine, of: place)
    return met
  }

  /// Whether what enters the shortcut is what leaves it.
  private var isIdentity: Bool { shortcut is IdentityShortcut }
}
