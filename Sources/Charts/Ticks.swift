/// A value with a name on an axis.
package struct Tick: Hashable, Sendable {
  package var value: Double
  package var label: String

  package init(_ value: Double, _ label: String) {
    self.value = value
    self.label = label
  }
}

/// Where an axis is marked, in ascending order.
package struct Ticks: Hashable, Sendable {
  package var major: [Tick]
  /// Marked, but not named.
  package var minor: [Double] = []
}

extension Scale {
  /// Returns as many ticks as fit.
  ///
  /// - Parameters:
  ///   - onlyWhole: Whether what is counted has no fractions.
  ///   - fits: Whether the labels have room at their places. Asked from many ticks to few.
  package func ticks(onlyWhole: Bool = false, fitting fits: ([Tick]) -> Bool) -> Ticks {
    switch kind {
    case .linear:
      Ticks(major: linearTicks(onlyWhole: onlyWhole, fitting: fits))
    case .logarithmic:
      logarithmicTicks(onlyWhole: onlyWhole, fitting: fits)
    case .logarithmicFromZero:
      ticksFromZero(fitting: fits)
    }
  }

  func linearTicks(onlyWhole: Bool, fitting fits: ([Tick]) -> Bool) -> [Tick] {
    let half = domain.upperBound / 2 - domain.lowerBound / 2
    // More than a dozen are a ruler, not an axis.
    var step = NiceStep(atLeast: max(half / 6, onlyWhole ? 0.99 : 0))
    while true {
      if !onlyWhole || step.isWhole {
        let ticks = step.multiples(in: domain).compactMap(tick)
        if ticks.isEmpty || fits(ticks) { return ticks }
      }
      guard step.value < Double.greatestFiniteMagnitude / 20 else { return [] }
      step = step.wider
    }
  }

  private func tick(_ decimal: Decimal) -> Tick? {
    let value = decimal.value
    return value.isFinite ? Tick(value, decimal.readable) : nil
  }
}
