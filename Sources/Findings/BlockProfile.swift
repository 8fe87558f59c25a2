import Experiments
import RealModule
package import Records

/// The gradients that reach the outputs of a network's blocks, at one moment, over seeds: of each block its
/// last convolution's, so that blocks are compared with blocks.
package struct BlockProfile {
  /// The index of the layer.
  package let layers: [Int]
  /// Of each block, in forward order.
  package let spreads: [GeometricSpread]

  package init(_ runs: [RunRecord], at step: Int) {
    let rows = runs.map { Self.lastOfBlocks($0.gradients(.activation, at: step)) }
    layers = rows.first?.map(\.layer.index) ?? []
    spreads = geometricSpreads(rows.map { $0.map(\.l2) })
  }

  /// The last layer of each block: of those whose names differ in the last part alone,
  /// `layer1.0.conv1` and `layer1.0.conv2`. A layer of no block has a name of one part.
  private static func lastOfBlocks(_ rows: [GradientRow]) -> [GradientRow] {
    func block(_ row: GradientRow) -> Substring {
      row.layer.name.prefix(upTo: row.layer.name.lastIndex(of: ".") ?? row.layer.name.startIndex)
    }
    return rows.indices.compactMap { place in
      let name = block(rows[place])
      let isLast = place + 1 == rows.count || block(rows[place + 1]) != name
      return isLast && !name.isEmpty ? rows[place] : nil
    }
  }
}

/// A power law through the gradients that reach the outputs of blocks: that of block b is as b⁻ᵃ. In a sum of
/// normalized branches the variance grows as b, so that what the way back through a block adds is as 1/b,
/// and ∏(1 + c/b) is as a power of b.
package struct PowerFit {
  /// a.
  package let exponent: Double
  /// By which factor norms are off, typically: the root mean square of the logarithm.
  package let error: Double
  /// The same for the best law of one factor a block.
  package let errorOfOneFactor: Double
  private let line: RegressionLine

  /// Nil where fewer than three blocks have norms with a logarithm.
  package init?(_ runs: [RunRecord], at step: Int) {
    let norms = BlockProfile(runs, at: step).spreads.enumerated().compactMap { place, spread in
      spread.mean.isFinite && spread.mean > 0
        ? (block: Double(place + 1), logarithm: Double.log10(spread.mean)) : nil
    }
    guard let line = RegressionLine(norms.map { (Double.log10($0.block), $0.logarithm) }),
      let other = RegressionLine(norms.map { ($0.block, $0.logarithm) })
    else { return nil }
    self.line = line
    exponent = -line.slope
    error = .pow(10, line.deviation)
    errorOfOneFactor = .pow(10, other.deviation)
  }

  /// The norm that the law has for a block, counted from 1.
  package func norm(ofBlock block: Double) -> Double {
    .pow(10, line.y(at: .log10(block)))
  }
}
