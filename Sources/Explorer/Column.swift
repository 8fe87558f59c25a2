import RealModule

/// How the numbers of a column become 16 bits each.
package enum Packing: String, Codable, Sendable {
  /// Equal ratios are equally far apart: a number is 10^(step · (origin + code)).
  case logarithmic
  /// A number is step · (origin + code).
  case linear
}

/// The numbers of one column of a table, a series for each thing that its rows are about, as 16 bits a
/// number and what turns them back into numbers.
///
/// What has no logarithm, and what was not measured, has a code of its own. A step is a five-hundredth of a
/// decade, so that a number comes back within 0.24 %, unless a column spans more than 130 decades.
struct Column {
  /// The codes that stand for no number of the scale.
  enum Special {
    static let first: UInt16 = 0xfffb
    static let minusInfinity: UInt16 = 0xfffb
    static let missing: UInt16 = 0xfffc
    static let zero: UInt16 = 0xfffd
    static let infinity: UInt16 = 0xfffe
    static let notANumber: UInt16 = 0xffff
  }

  static let decadeSteps = 500.0

  let packing: Packing
  let step: Double
  let origin: Int
  private(set) var codes: [UInt16]

  /// Norms, and whatever else has no sign.
  init(norms values: [Double?]) {
    let logarithms = values.map { $0.map { $0 > 0 && $0.isFinite ? Double.log10($0) : .nan } }
    let known = logarithms.compactMap { $0 }.filter { !$0.isNaN }
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let step = max(1 / Self.decadeSteps, (high - low) / Double(Special.first - 2))
    let origin = (low / step).rounded(.down)
    packing = .logarithmic
    self.step = step
    self.origin = Int(origin)
    codes = zip(values, logarithms).map { value, logarithm in
      guard let value, let logarithm else { return Special.missing }
      if logarithm.isNaN { return value == 0 ? Special.zero : Self.special(value) }
      return UInt16((logarithm / step - origin).rounded())
    }
  }

  /// Numbers of either sign, or shares, to within half a step, which is as wide as is wanted or, where they
  /// reach far, wide enough to reach so far.
  init(numbers values: [Double?], step wanted: Double? = nil) {
    let known = values.compactMap { $0 }.filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let least = max((high - low) / Self.parts, max(abs(low), abs(high)) * 1e-9, 1e-290)
    let step = max(wanted ?? least, least)
    // Zero is exactly zero.
    let origin = (low / step).rounded(.down)
    packing = .linear
    self.step = step
    self.origin = Int(origin)
    codes = values.map { value in
      guard let value else { return Special.missing }
      return value.isFinite
        ? UInt16((value / step - origin).rounded()) : Self.special(value)
    }
  }

  /// How many numbers of either sign are told apart, unless it is said how far they are.
  private static let parts = 10_000.0

  private static func special(_ value: Double) -> UInt16 {
    if value.isNaN { return Special.notANumber }
    return value > 0 ? Special.infinity : Special.minusInfinity
  }

  /// Takes the codes of another column away, which grows and shrinks with this one.
  mutating func subtract(_ other: Column) {
    codes = zip(codes, other.codes).map { $0 &- $1 }
  }
}

/// The bytes of columns: of each number the difference from the one before in its series, which is small,
/// first the low bytes of all, then the high ones, which are nearly all alike.
struct BytePlanes {
  private var low: [UInt8] = []
  private var high: [UInt8] = []

  /// Appends the codes of a column, in series of so many.
  mutating func append(_ codes: [UInt16], seriesLength: Int) {
    var before: UInt16 = 0
    for (index, code) in codes.enumerated() {
      if index % max(seriesLength, 1) == 0 { before = 0 }
      let difference = code &- before
      // The sign in the lowest bit: small differences of either sign are small numbers.
      let zigzag = (difference << 1) ^ (difference & 0x8000 == 0 ? 0 : 0xffff)
      low.append(UInt8(truncatingIfNeeded: zigzag))
      high.append(UInt8(zigzag >> 8))
      before = code
    }
  }

  /// Of numbers.
  var count: Int { low.count }

  var bytes: [UInt8] { low + high }
}
