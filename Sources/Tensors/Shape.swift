/// The extents of a tensor, outermost first: N×C×H×W for images, O×I×H×W for the weights of a
/// convolution, N×C for rows of features, O×I for a matrix, C for one number per channel.
package struct Shape: Hashable, Sendable {
  /// The number of axes, 1…4.
  package let rank: Int
  private let extents: SIMD4<Int32>

  /// The shape of the given extents, each at least 1.
  package init(_ extents: Int...) {
    self.init(extents)
  }

  package init(_ extents: [Int]) {
    precondition((1...4).contains(extents.count), "\(extents) has \(extents.count) axes, not 1…4")
    var padded = SIMD4<Int32>(repeating: 1)
    for (axis, extent) in extents.enumerated() {
      precondition(
        (1...Int(Int32.max)).contains(extent), "\(extents) has the extent \(extent) on axis \(axis)"
      )
      padded[axis] = Int32(extent)
    }
    rank = extents.count
    self.extents = padded
  }

  package subscript(axis: Int) -> Int {
    precondition(axis < rank, "axis \(axis) of a shape of rank \(rank)")
    return Int(extents[axis])
  }

  package var dimensions: [Int] { (0..<rank).map { self[$0] } }

  /// The number of elements.
  package var count: Int {
    Int(extents[0]) * Int(extents[1]) * Int(extents[2]) * Int(extents[3])
  }
}

extension Shape: CustomStringConvertible {
  /// `128×16×32×32`.
  package var description: String {
    dimensions.map(String.init).joined(separator: "×")
  }
}
