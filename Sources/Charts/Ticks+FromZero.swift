import RealModule
import Wording

extension Scale {
  /// Zero, powers of ten, and 2 and 5 times those; where they have no room zero comes first, then the powers.
  /// The minor ticks are what is left. Where hardly any is inside, those of a linear scale.
  func ticksFromZero(fitting fits: ([Tick]) -> Bool) -> Ticks {
    let highest = Int(Double.log10(max(domain.upperBound, 1)))
    let powers = (0...highest).map { Decimal(significand: 1, exponent: $0) }
    let between = (0...highest).flatMap { exponent in
      [2, 5].map { Decimal(significand: $0, exponent: exponent) }
    }
    let candidates = ([0] + (powers + between).map(\.value)).filter(domain.contains)
    var major: [Tick] = []
    for value in candidates {
      let tick = Tick(value, value < 1e7 ? grouped(Int(value)) : sixDigits(value))
      let more = (major + [tick]).sorted { $0.value < $1.value }
      if fits(more) { major = more }
    }
    if major.count < 2 { return Ticks(major: linearTicks(onlyWhole: true, fitting: fits)) }
    let named = Set(major.map(\.value))
    return Ticks(major: major, minor: candidates.filter { !named.contains($0) }.sorted())
  }
}
