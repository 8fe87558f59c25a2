internal import COneDNN

/// Adds two tensors of one shape, and takes max(sum, 0) if `relu` is asked for.
///
/// The derivative of the sum is the identity for both; that of the ReLU is
/// ``Nonlinearity/gradient(_:output:)`` with the output.
package func add(_ first: Tensor, _ second: Tensor, relu: Bool = false) -> Tensor {
  precondition(first.shape == second.shape, "\(first.shape) + \(second.shape)")
  let primitive = first.engine.primitive(.addition(first.layout, relu: relu))
  primitive.bind(GF_SRC, first)
  primitive.bind(GF_SRC_1, second)
  let sum = primitive.result(GF_DST, first.shape)
  primitive.run()
  return sum
}
