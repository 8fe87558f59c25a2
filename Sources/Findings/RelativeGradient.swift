import Records

extension [GradientRow] {
  /// The relative gradients of layers, ‖∇‖·‖w‖: by how much the loss would change, to first order, if a layer's
  /// weights moved by their own length along their gradient.
  ///
  /// A norm ‖∇‖ alone depends on how large the weights were drawn: where batch normalization follows,
  /// f(αw) = f(w), so ∇f(αw) = ∇f(w)/α, and only the product is the same. Where a norm of weights was not
  /// recorded, the norms of the gradients are all that is known.
  var relativeNorms: [Double] {
    let products = compactMap { row in row.weightNorm.map { row.l2 * $0 } }
    return products.count == count ? products : map(\.l2)
  }
}

extension RunRecord {
  /// ‖∇‖·‖w‖ of the first convolution ÷ that of the last one at a step; nil where none were recorded.
  package func relativeGradientRatio(at step: Int) -> Double? {
    let norms = Array(gradients(.weight, at: step).dropLast()).relativeNorms
    guard let first = norms.first, let last = norms.last else { return nil }
    return first / last
  }
}
