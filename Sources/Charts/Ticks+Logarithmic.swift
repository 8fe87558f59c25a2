import RealModule

extension Scale {
  /// Powers of ten, every one or every few; where hardly any is visible, also 2 and 5 times those,
  /// or the ticks of a linear scale. The minor ticks are what is left of 1…9 times the powers.
  func logarithmicTicks(onlyWhole: Bool, fitting fits: ([Tick]) -> Bool) -> Ticks {
    let low = Double.log10(domain.lowerBound)
    let high = Double.log10(domain.upperBound)
    let powers =
      Int(
        (low - 1e-9).rounded(.up))...max(
        Int((high + 1e-9).rounded(.down)), Int((low - 1e-9).rounded(.up)))
    let decades = high - low

    var candidates: [[Tick]] = []
    if decades < 0.7 { candidates += linearCandidates }
    if decades < (onlyWhole ? 4 : 2.3) {
      let fine = multiples([1, 2, 5], of: powers)
      let isShort = fine.allSatisfy { $0.plain.count <= 6 }
      candidates.append(fine.map { Tick($0.value, isShort ? $0.plain : $0.scientific) })
    }
    for step in [1, 2, 3, 5, 10, 20, 30, 50, 100, 200] {
      candidates.append(
        powers.filter { $0 % step == 0 }.map { Decimal(significand: 1, exponent: $0) }
          .filter { isInside($0.value) }
          .map { Tick($0.value, onlyWhole && $0.exponent < 5 ? $0.plain : $0.scientific) })
    }
    if onlyWhole {
      candidates = candidates.map { $0.filter { $0.value == $0.value.rounded() } }
    }
    let major =
      candidates.first { $0.count > 1 && fits($0) } ?? candidates.first {
        $0.count == 1 && fits($0)
      }
      ?? []
    return Ticks(major: major, minor: minor(of: powers, decades: decades, besides: major))
  }

  /// Multiples of these numbers and powers of ten inside the domain.
  private func multiples(_ factors: [Int], of powers: ClosedRange<Int>) -> [Decimal] {
    (powers.lowerBound - 1...powers.upperBound).flatMap { power in
      factors.map { Decimal(significand: $0, exponent: power) }
    }.filter { isInside($0.value) }
  }

  private func minor(
    of powers: ClosedRange<Int>, decades: Double, besides major: [Tick]
  ) -> [Double] {
    let decade = length / decades
    let named = Set(major.map(\.value))
    let factors = decade >= 24 ? Array(1...9) : decade >= 4 ? [1] : []
    return multiples(factors, of: powers).map(\.value).filter { !named.contains($0) }
  }

  private var linearCandidates: [[Tick]] {
    var step = NiceStep(atLeast: (domain.upperBound - domain.lowerBound) / 12)
    var candidates: [[Tick]] = []
    while candidates.last?.isEmpty != true {
      let ticks = step.multiples(in: domain).map { Tick($0.value, $0.readable) }
      candidates.append(ticks)
      step = step.wider
    }
    return candidates
  }

  private func isInside(_ value: Double) -> Bool {
    value > 0 && value >= domain.lowerBound * (1 - 1e-9)
      && value <= domain.upperBound * (1 + 1e-9)
  }
}
