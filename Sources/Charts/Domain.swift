import RealModule

extension Scale.Kind {
  /// Returns the range from the least to the greatest value that has a place, never without width:
  /// 0…1, or 1…10 on a logarithmic scale of positive values, if there is none.
  package func domain(covering values: some Sequence<Double>) -> ClosedRange<Double> {
    var least = Double.infinity
    var greatest = -Double.infinity
    for value in values where hasPlace(for: value) {
      least = min(least, value)
      greatest = max(greatest, value)
    }
    guard least <= greatest else { return self == .logarithmic ? 1...10 : 0...1 }
    return widened(least...greatest)
  }

  /// Gives a range some width if it has none, or so little that numbers cannot tell its ticks apart.
  func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let (low, high) = (range.lowerBound, range.upperBound)
    switch self {
    case .linear:
      let size = max(abs(low), abs(high))
      guard size > 1e-290 else { return -1...1 }
      guard high / 2 - low / 2 < size * 1e-6 else { return range }
      let limit = Double.greatestFiniteMagnitude
      return max(low - size / 10, -limit)...min(high + size / 10, limit)
    case .logarithmic:
      guard high > 1e-290 else { return 1e-300...1e-290 }
      guard Double.log10(high) - Double.log10(low) < 1e-6 else { return range }
      return max(low / 2, .leastNonzeroMagnitude)...min(high * 2, .greatestFiniteMagnitude)
    case .logarithmicFromZero:
      return high - low < 1 ? low...min(low + 1, .greatestFiniteMagnitude) : range
    }
  }

  /// Widens a range to round numbers: to multiples of a nice step or, on a logarithmic scale, to
  /// powers of ten, or to 1, 2 and 5 times those if it spans few of them. A range of counts stays.
  package func nice(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
    let range = widened(range)
    switch self {
    case .linear:
      let half = range.upperBound / 2 - range.lowerBound / 2
      let step = NiceStep(atLeast: half / 3.5).value
      let low = (range.lowerBound / step + 1e-9).rounded(.down) * step
      let high = (range.upperBound / step - 1e-9).rounded(.up) * step
      return (low.isFinite ? low : range.lowerBound)...(high.isFinite ? high : range.upperBound)
    case .logarithmic:
      let decades =
        Double.log10(range.upperBound) - Double.log10(range.lowerBound)
      let factors: [Double] = decades < 4 ? [1, 2, 5, 10] : [1, 10]
      func round(_ value: Double, _ choose: ([Double]) -> Double?) -> Double {
        let decade = Decimal(
          significand: 1, exponent: Int(Double.log10(value).rounded(.down))
        ).value
        let rounded = choose(factors.map { $0 * decade }) ?? value
        return rounded > 0 && rounded.isFinite ? rounded : value
      }
      let low = round(range.lowerBound) { $0.last { $0 <= range.lowerBound * (1 + 1e-9) } }
      let high = round(range.upperBound) { $0.first { $0 >= range.upperBound * (1 - 1e-9) } }
      return low...high
    case .logarithmicFromZero: return range
    }
  }
}
