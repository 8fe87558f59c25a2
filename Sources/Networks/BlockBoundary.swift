package import Experiments
package import Tensors

/// Where a plain block ends, or begins, or one ends and the next begins: a place in a chain that
/// changes nothing, from which both can be seen on the way back.
package struct BlockBoundary: Layer {
  /// The block whose output passes here, with its last nonlinearity.
  package var ends: (place: BlockPlace, activation: Nonlinearity?)?
  /// The block whose input passes here.
  package var begins: BlockPlace?

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    guard let probe = pass.probe else { return Flow(input) { $0 } }
    return Flow(input) { gradient in
      show(gradient, of: input, to: probe)
      return gradient
    }
  }

  /// Tells of what passed here and of its gradient.
  func show(_ gradient: Tensor, of passed: Tensor, to probe: any GradientProbe) {
    let passage = Passage(gradient, output: passed, through: ends?.activation)
    if let begins {
      probe.observe(.input, passage.outputRMS, of: begins)
      probe.observe(.gradientThroughBranch, passage.gradientL2, of: begins)
    }
    if let ends {
      probe.observe(.output, passage.outputRMS, of: ends.place)
      probe.observe(.gradientAtSum, passage.slopedL2, of: ends.place)
      // Without a nonlinearity F(x) is the output.
      if ends.activation == nil { probe.observe(.branch, passage.outputRMS, of: ends.place) }
    }
  }
}
