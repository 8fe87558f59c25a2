internal import COneDNN

/// What a nonlinearity gave, and the gradient that arrives there before and behind its slope, gathered
/// in one pass and in double precision.
package struct Passage: Hashable, Sendable {
  /// √(Σy²/n) of the output.
  package let outputRMS: Double
  /// √Σg² of the gradient of the output.
  package let gradientL2: Double
  /// √Σ(g·σ′)² of the gradient of the input.
  package let slopedL2: Double

  /// Measures a gradient at the output of a nonlinearity; of nothing but a place where there is none.
  package init(_ gradient: Tensor, output: Tensor, through nonlinearity: Nonlinearity?) {
    precondition(
      gradient.shape == output.shape,
      "a gradient of \(gradient.shape) for an output of \(output.shape)")
    let arrived = gradient.converted(to: output.layout)
    // Blocked layouts pad the channels with zeros, which add nothing.
    let stored = output.layout.bytes / MemoryLayout<Float>.stride
    let found = gf_measure_passage(
      output.engine.handle, nonlinearity.map { Int32($0.cValue.rawValue) } ?? -1,
      output.buffer.floats, arrived.buffer.floats, Int64(stored))
    outputRMS = (found.output_squared / Double(output.shape.count)).squareRoot()
    gradientL2 = found.gradient_squared.squareRoot()
    slopedL2 = found.sloped_squared.squareRoot()
  }
}
