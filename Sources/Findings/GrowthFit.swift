import Experiments
import RealModule
package import Records

/// A straight line through the logarithms of the norms of the gradients that reach the convolutions'
/// outputs, of all seeds together: by which factor they grow from one layer to the one before.
package struct GrowthFit: Sendable {
  package let factor: Double
  /// 95 %, by the normal distribution, as if the layers' deviations from the line were independent.
  package let interval: ClosedRange<Double>

  /// Nil where fewer than three layers have norms with a logarithm.
  package init?(_ runs: [RunRecord], at step: Int) {
    let points = runs.flatMap { run in
      run.gradients(.activation, at: step).dropLast().compactMap { row -> (Double, Double)? in
        row.l2.isFinite && row.l2 > 0 ? (-Double(row.layer.index), Double.log10(row.l2)) : nil
      }
    }
    guard let line = RegressionLine(points) else { return nil }
    func power(_ exponent: Double) -> Double { .pow(10, exponent) }
    let reach = 1.96 * line.slopeError
    factor = power(line.slope)
    interval = power(line.slope - reach)...power(line.slope + reach)
  }
}

/// The straight line with the least squares of deviations in y.
package struct RegressionLine {
  package let slope: Double
  /// The standard error of the slope.
  package let slopeError: Double
  /// The root of the mean square of the points' distances from it, in y.
  package let deviation: Double
  private let mean: (x: Double, y: Double)

  /// Nil of fewer than three points, or if all have one x.
  package init?(_ points: [(x: Double, y: Double)]) {
    let count = Double(points.count)
    guard points.count >= 3 else { return nil }
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    let xx = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    let xy = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
    guard xx > 0 else { return nil }
    let slope = xy / xx
    let squares = points.reduce(0) { sum, point in
      let deviation = point.y - meanY - slope * (point.x - meanX)
      return sum + deviation * deviation
    }
    self.slope = slope
    slopeError = (squares / (count - 2) / xx).squareRoot()
    deviation = (squares / count).squareRoot()
    mean = (meanX, meanY)
  }

  package func y(at x: Double) -> Double { mean.y + slope * (x - mean.x) }
}
