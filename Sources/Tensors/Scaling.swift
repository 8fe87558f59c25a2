internal import COneDNN

/// All values of a tensor times a number. Its own derivative.
package func scale(_ tensor: Tensor, by factor: Float) -> Tensor {
  let result = Tensor(shape: tensor.shape, layout: tensor.layout, engine: tensor.engine)
  gf_scale(
    tensor.engine.handle, tensor.buffer.floats, factor, result.buffer.floats,
    Int64(tensor.layout.bytes / MemoryLayout<Float>.stride))
  return result
}

/// The products of the values at the same places of two tensors of one shape.
package func multiply(_ first: Tensor, _ second: Tensor) -> Tensor {
  precondition(first.shape == second.shape, "\(first.shape) × \(second.shape)")
  let other = second.converted(to: first.layout)
  let result = Tensor(shape: first.shape, layout: first.layout, engine: first.engine)
  gf_multiply(
    first.engine.handle, first.buffer.floats, other.buffer.floats, result.buffer.floats,
    Int64(first.layout.bytes / MemoryLayout<Float>.stride))
  return result
}

/// All values of a tensor, and a number more; row-major.
package func shift(_ tensor: Tensor, by number: Float) -> Tensor {
  let plain = tensor.rowMajor()
  let result = Tensor(shape: plain.shape, layout: plain.layout, engine: plain.engine)
  gf_shift(
    plain.engine.handle, plain.buffer.floats, number, result.buffer.floats,
    Int64(plain.shape.count))
  return result
}
