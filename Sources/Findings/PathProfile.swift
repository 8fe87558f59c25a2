import RealModule
import Records

/// Paths through a residual network by the number of branches that they go through.
package struct PathProfile: Sendable {
  package let group: RunGroup
  /// How many blocks there are.
  package let count: Int
  /// Of each number of branches from 0 on, the geometric mean of the gradient along such paths.
  package let gradients: [Double]
  /// What share of all paths go through so many branches.
  package let binomial: [Double]
  /// What share of the gradient comes on paths through so many branches: their number times what one carries.
  package let shares: [Double]
  /// The fewest numbers of branches in a row on which 95 % of it comes.
  package let range: ClosedRange<Int>
  /// What share of all paths these are.
  package let share: Double

  /// Nil where no paths were measured.
  package init?(_ group: RunGroup) {
    let rows = group.records.flatMap(\.paths)
    guard let count = rows.map(\.branches).max(), count > 0 else { return nil }
    self.group = group
    self.count = count
    gradients = (0...count).map { number in
      GeometricSpread(rows.filter { $0.branches == number }.map(\.gradient)).mean
    }
    binomial = (0...count).map { number in
      Double.exp(
        Double.logGamma(Double(count + 1)) - Double.logGamma(Double(number + 1))
          - Double.logGamma(Double(count - number + 1)) - Double(count) * Double.log(2))
    }
    let products = zip(gradients, binomial).map { $0.isFinite ? $0 * $1 : 0 }
    let sum = products.reduce(0, +)
    shares = products.map { sum > 0 ? $0 / sum : 0 }
    range = Self.narrowest(of: shares, with: 0.95)
    share = binomial[range].reduce(0, +)
  }

  /// The shortest range of places whose shares make so much.
  static func narrowest(of shares: [Double], with wanted: Double) -> ClosedRange<Int> {
    for length in 1...shares.count {
      let ranges = (0...(shares.count - length)).map { $0...($0 + length - 1) }
      let best = ranges.max { shares[$0].reduce(0, +) < shares[$1].reduce(0, +) }
      if let best, shares[best].reduce(0, +) >= wanted - 1e-12 { return best }
    }
    return 0...(shares.count - 1)
  }
}
