package import Experiments
package import Tensors

/// y = σ((1−g)·s(x) + g·F(x)), or y = σ((1−g)·s(x) + F(x)), with g = sigmoid(W x + b) at every place of the
/// output (He et al. 2016, section 3.1, after Srivastava et al. 2015).
package struct GatedBlock: Layer {
  package let place: BlockPlace
  /// F.
  package let branch: Chain
  /// s.
  package let shortcut: any Layer
  /// x ↦ W x + b, in the shape of the output.
  package let gate: Convolution
  /// Whether the branch is multiplied by g.
  package let isExclusive: Bool
  package let activation: Nonlinearity?

  /// A gate between the shortcut and the branch of a block that would add them.
  init(_ block: ResidualBlock, gate: Convolution, isExclusive: Bool) {
    place = block.place
    branch = block.branch
    shortcut = block.shortcut
    activation = block.activation
    self.gate = gate
    self.isExclusive = isExclusive
  }

  package var parameters: [Parameter] {
    branch.parameters + shortcut.parameters + gate.parameters
  }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let (inner, around, open) = (
      branch(input, in: pass), shortcut(input, in: pass), gate(input, in: pass)
    )
    let g = Nonlinearity.sigmoid(open.output)
    // What the gate decides about: (1−g)·s + g·F = s + g·(F − s), and (1−g)·s + F = s + F − g·s.
    let less = scale(around.output, by: -1)
    let decided = isExclusive ? add(inner.output, less) : less
    let gated = add(around.output, multiply(g, decided))
    let sum = isExclusive ? gated : add(gated, inner.output)
    let output = activation?(sum) ?? sum
    pass.probe?.observe(.input, input.summary().rms, of: place)
    pass.probe?.observe(.branch, inner.output.summary().rms, of: place)
    pass.probe?.observe(.output, output.summary().rms, of: place)
    let (back, backAround, backOpen) = (inner.pullback, around.pullback, open.pullback)
    return Flow(output) { gradient in
      let gradient = activation?.gradient(gradient, output: output) ?? gradient
      let opened = multiply(g, gradient)
      let toShortcut = backAround(add(gradient, scale(opened, by: -1)))
      let toBranch = back(isExclusive ? opened : gradient)
      let toGate = backOpen(
        Nonlinearity.sigmoid.gradient(multiply(decided, gradient), output: g))
      let (met, sizes) = addMeasuring(toShortcut, toBranch)
      if let probe = pass.probe {
        probe.observe(.gradientAtSum, gradient.summary().l2, of: place)
        probe.observe(.gradientThroughShortcut, sizes.firstL2, of: place)
        probe.observe(.gradientThroughBranch, sizes.secondL2, of: place)
        probe.observe(.gradientCosine, sizes.cosine, of: place)
      }
      return add(met, toGate)
    }
  }
}
