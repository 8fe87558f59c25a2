internal import COneDNN

/// Adds two tensors of one shape, and takes max(sum, 0) if `relu` is asked for.
///
/// The sum has the layout of the second, as what goes through a block has: a convolution has chosen it,
/// and the next one is of the same kind. What goes around may have that of the block before.
///
/// The derivative of the sum is the identity for both; that of the ReLU is
/// ``Nonlinearity/gradient(_:output:)`` with the output.
package func add(_ first: Tensor, _ second: Tensor, relu: Bool = false) -> Tensor {
  add(first, second, relu: relu, sizes: nil)
}

/// What two tensors and their sum are like, gathered in double precision.
package struct AdditionSizes: Hashable, Sendable {
  /// How many elements each has.
  package let count: Int
  /// √Σa².
  package let firstL2: Double
  /// √Σb².
  package let secondL2: Double
  /// √Σc² of the sum, after the ReLU if there is one.
  package let resultL2: Double
  /// Σab ÷ √(Σa²·Σb²), from −1 to 1; not a number where one of them is zero throughout.
  package let cosine: Double
}

/// Adds as ``add(_:_:relu:)`` does, to the bit, and tells the sizes, at no pass over memory more.
package func addMeasuring(
  _ first: Tensor, _ second: Tensor, relu: Bool = false
) -> (sum: Tensor, sizes: AdditionSizes) {
  var found = gf_addition()
  let sum = add(first, second, relu: relu, sizes: &found)
  let norms = (found.first_squared.squareRoot(), found.second_squared.squareRoot())
  let cosine = found.product / norms.0 / norms.1
  return (
    sum,
    AdditionSizes(
      count: first.shape.count, firstL2: norms.0, secondL2: norms.1,
      resultL2: found.result_squared.squareRoot(),
      // Rounding may lead beyond; nan stays.
      cosine: abs(cosine) > 1 ? (cosine < 0 ? -1 : 1) : cosine)
  )
}

private func add(
  _ first: Tensor, _ second: Tensor, relu: Bool, sizes: UnsafeMutablePointer<gf_addition>?
) -> Tensor {
  precondition(first.shape == second.shape, "\(first.shape) + \(second.shape)")
  let other = first.converted(to: second.layout)
  let sum = Tensor(shape: first.shape, layout: second.layout, engine: first.engine)
  // Blocked layouts pad the channels with zeros, whose sums are zeros.
  let stored = second.layout.bytes / MemoryLayout<Float>.stride
  gf_add(
    first.engine.handle, other.buffer.floats, second.buffer.floats, sum.buffer.floats,
    Int64(stored), relu, sizes)
  return sum
}
