package import Experiments
package import Tensors

/// Where a plain block ends, or begins, or one ends and the next begins: a place in a chain that
/// changes nothing, from which both can be seen.
package struct BlockBoundary: Layer {
  /// The block whose output passes here, with its last nonlinearity.
  package var ends: (place: BlockPlace, activation: Nonlinearity?)?
  /// The block whose input passes here.
  package var begins: BlockPlace?

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    guard let probe = pass.probe else { return Flow(input) { $0 } }
    show(input, to: probe)
    return Flow(input) { gradient in
      show(gradient: gradient, at: input, to: probe)
      return gradient
    }
  }

  /// Tells of what passes on the way there.
  func show(_ passing: Tensor, to probe: any GradientProbe) {
    let size = passing.summary().rms
    if let ends {
      probe.observe(.output, size, of: ends.place)
      if ends.activation == nil { probe.observe(.branch, size, of: ends.place) }
    }
    if let begins { probe.observe(.input, size, of: begins) }
  }

  /// Tells of the gradient of what passed here.
  func show(gradient: Tensor, at passed: Tensor, to probe: any GradientProbe) {
    if let begins { probe.observe(.gradientThroughBranch, gradient.summary().l2, of: begins) }
    if let ends {
      let atSum = ends.activation?.gradient(gradient, output: passed) ?? gradient
      probe.observe(.gradientAtSum, atSum.summary().l2, of: ends.place)
    }
  }
}
