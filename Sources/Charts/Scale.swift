import RealModule

/// Where on the page a value is: a domain of values mapped onto a range of positions.
package struct Scale: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case linear
    /// Equal ratios are equally far apart; only positive values have a place.
    case logarithmic
    /// What is counted from zero, as steps are: one more than a value is on a logarithmic scale.
    case logarithmicFromZero
  }

  package let kind: Kind
  package let domain: ClosedRange<Double>
  /// Where the domain begins, in points.
  package let start: Double
  /// Where it ends, before or after the start.
  package let end: Double

  package init(_ kind: Kind, domain: ClosedRange<Double>, from start: Double, to end: Double) {
    precondition(
      domain.lowerBound < domain.upperBound
        && kind.hasPlace(for: domain.lowerBound) && kind.hasPlace(for: domain.upperBound),
      "\(kind) scale over \(domain)")
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
  }

  package var length: Double { abs(end - start) }

  /// Returns where a value is, beyond the ends if it is outside the domain; nil for what has no
  /// place on the scale: not a number, infinite, or on a logarithmic scale zero or less.
  package func position(of value: Double) -> Double? {
    guard kind.hasPlace(for: value) else { return nil }
    // Halves, because the width of a domain may exceed the greatest number.
    let low = kind.coordinate(of: domain.lowerBound) / 2
    let high = kind.coordinate(of: domain.upperBound) / 2
    let fraction = (kind.coordinate(of: value) / 2 - low) / (high - low)
    // Far outside, any place will do, and the numbers of a renderer end somewhere.
    return start + min(max(fraction, -20), 20) * (end - start)
  }

  /// Returns where a value is or, without a place, the end of the scale toward which it is; nil if
  /// it is not a number.
  package func nearestPosition(of value: Double) -> Double? {
    guard !value.isNaN else { return nil }
    return position(of: value) ?? (value == .infinity ? end : start)
  }
}

extension Scale.Kind {
  /// Whether a value has a place on scales of this kind.
  package func hasPlace(for value: Double) -> Bool {
    guard value.isFinite else { return false }
    return switch self {
    case .linear: true
    case .logarithmic: value > 0
    case .logarithmicFromZero: value >= 0
    }
  }

  /// The number that grows evenly along the scale.
  func coordinate(of value: Double) -> Double {
    switch self {
    case .linear: value
    case .logarithmic: Double.log10(value)
    case .logarithmicFromZero: Double.log10(value + 1)
    }
  }
}
