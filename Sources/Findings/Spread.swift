import RealModule
import Wording

/// Mean and sample standard deviation of the same quantity over seeds.
package struct Spread: Hashable, Sendable {
  package let mean: Double
  /// With n − 1; zero for one value.
  package let deviation: Double
  /// How many values there are.
  package let count: Int

  package init(_ values: [Double]) {
    self.count = values.count
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : 0
  }

  /// `28.7`, or `28.7 ± 0.4` of several.
  package var text: String {
    fixed(mean, places: 1) + (count > 1 ? " ± \(fixed(deviation, places: 1))" : "")
  }
}

/// Geometric mean and standard deviation: the middle and the reach that a logarithmic axis shows, of
/// norms and ratios. Zero where a value is zero, infinite or nan where one is.
package struct GeometricSpread: Hashable, Sendable {
  private let logarithms: Spread

  package init(_ values: [Double]) { logarithms = Spread(values.map(Double.log10)) }

  package var mean: Double { .pow(10, logarithms.mean) }
  /// The mean divided by the standard deviation, which is a factor.
  package var lower: Double { .pow(10, logarithms.mean - logarithms.deviation) }
  /// The mean times the standard deviation.
  package var upper: Double { .pow(10, logarithms.mean + logarithms.deviation) }
}

/// The spread over runs of values at the same places; as many as all have.
package func spreads(_ runs: [[Double]]) -> [Spread] { acrossRuns(runs).map(Spread.init) }

package func geometricSpreads(_ runs: [[Double]]) -> [GeometricSpread] {
  acrossRuns(runs).map(GeometricSpread.init)
}

private func acrossRuns(_ runs: [[Double]]) -> [[Double]] {
  (0..<(runs.map(\.count).min() ?? 0)).map { index in runs.map { $0[index] } }
}
