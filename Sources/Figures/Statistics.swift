/// Mean and sample standard deviation of the same quantity over seeds.
package struct Spread: Hashable, Sendable {
  package let mean: Double
  /// With n − 1; zero for one value.
  package let deviation: Double

  package init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : 0
  }
}

/// The mean that a logarithmic axis shows as the middle; of norms and ratios.
package func geometricMean(_ values: [Double]) -> Double {
  exponential(Spread(values.map(logarithm)).mean)
}

/// The spread over runs of values at the same places; as many as all have.
func spreads(_ runs: [[Double]]) -> [Spread] {
  let count = runs.map(\.count).min() ?? 0
  return (0..<count).map { index in Spread(runs.map { $0[index] }) }
}

/// `72.6`, `−3.1`.
package func plain(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : "\(value)" }
  return "\(value < 0 ? "−" : "")\(fixed(abs(value), places: 1))"
}

/// `72.6 %`.
func percent(_ value: Double) -> String {
  "\(plain(value)) %"
}

/// A positive number with two or three digits that count: `346`, `3.2`, `0.10`, `2.1×10⁻⁷`.
package func rounded(_ value: Double) -> String {
  guard value.isFinite, value > 0 else {
    return value == 0 ? "0" : value.isNaN ? "nan" : "\(value)"
  }
  var exponent = Int(logarithm(value).rounded(.down))
  // What is rounded up to the next power of ten is written like that.
  let lastDigit = 2...4 ~= exponent ? 0 : 0...1 ~= exponent ? -1 : exponent - 1
  let lastUnit = exponential(Double(lastDigit))
  if (value / lastUnit).rounded() * lastUnit >= exponential(Double(exponent + 1)) * 0.999_999 {
    exponent += 1
  }
  switch exponent {
  case 2...4: return "\(Int(value.rounded()))"
  case 0...1: return fixed(value, places: 1)
  case -2 ... -1: return fixed(value, places: 1 - exponent)
  default:
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let raised = String(String(exponent).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
    return "\(fixed(value / exponential(Double(exponent)), places: 1))×10\(raised)"
  }
}

/// A positive number with so many decimal places.
package func fixed(_ value: Double, places: Int) -> String {
  let scaled = (value * exponential(Double(places))).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  if places == 0 { return String(Int(scaled)) }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return "\(padded.dropLast(places)).\(padded.suffix(places))"
}

/// The straight line with the least squares of deviations in y.
struct RegressionLine {
  let slope: Double
  /// The standard error of the slope.
  let slopeError: Double

  /// Nil of fewer than three points, or if all have one x.
  init?(_ points: [(x: Double, y: Double)]) {
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
  }
}
