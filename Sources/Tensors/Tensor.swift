internal import COneDNN

/// An immutable array of 32-bit floats.
///
/// A tensor knows its logical shape and keeps its elements in whatever layout oneDNN asked for;
/// blocked layouts travel from layer to layer without being reordered. Its memory returns to the
/// engine's pool when the last reference to it drops.
package struct Tensor {
  package let shape: Shape
  package let engine: Engine
  let layout: Layout
  let buffer: Buffer

  /// A tensor with arbitrary contents, to be filled before anyone else sees it.
  init(shape: Shape, layout: Layout, engine: Engine) {
    self.init(
      shape: shape, layout: layout, buffer: engine.pool.buffer(bytes: layout.bytes), engine: engine)
  }

  init(shape: Shape, layout: Layout, buffer: Buffer, engine: Engine) {
    self.shape = shape
    self.engine = engine
    self.layout = layout
    self.buffer = buffer
  }

  /// A tensor of values in row-major order.
  package init(_ values: [Float], shape: Shape, on engine: Engine) {
    precondition(values.count == shape.count, "\(values.count) values for a tensor of \(shape)")
    self.init(shape: shape, layout: engine.plainLayout(shape), engine: engine)
    values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      buffer.floats.update(from: base, count: source.count)
    }
  }

  /// A tensor of one value throughout.
  package init(repeating value: Float, shape: Shape, on engine: Engine) {
    self.init(shape: shape, layout: engine.plainLayout(shape), engine: engine)
    buffer.floats.update(repeating: value, count: shape.count)
  }

  /// The values in row-major order.
  package func values() -> [Float] {
    let plain = rowMajor()
    return Array(UnsafeBufferPointer(start: plain.buffer.floats, count: shape.count))
  }

  /// Adds the values in row-major order to the end of an array.
  package func append(to values: inout [Float]) {
    let plain = rowMajor()
    values.append(
      contentsOf: UnsafeBufferPointer(start: plain.buffer.floats, count: shape.count))
  }

  /// The same tensor with its elements in row-major order.
  func rowMajor() -> Tensor {
    converted(to: engine.plainLayout(shape))
  }

  /// The same tensor in another layout.
  func converted(to wanted: Layout) -> Tensor {
    if layout == wanted { return self }
    let reorder = engine.primitive(.reorder(from: layout, to: wanted))
    let result = Tensor(shape: shape, layout: wanted, engine: engine)
    reorder.bind(GF_SRC, buffer)
    reorder.bind(GF_DST, result.buffer)
    reorder.run()
    return result
  }

  /// The same values in row-major order under another shape.
  package func reshaped(_ shape: Shape) -> Tensor {
    precondition(
      shape.count == self.shape.count, "\(self.shape) cannot be read as \(shape): other counts")
    if shape == self.shape { return self }
    let plain = rowMajor()
    return Tensor(
      shape: shape, layout: engine.plainLayout(shape), buffer: plain.buffer, engine: engine)
  }
}
