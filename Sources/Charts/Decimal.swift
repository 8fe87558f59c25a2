import RealModule
import Wording

/// A whole number times a power of ten: what a tick label says, exactly.
struct Decimal: Hashable, Sendable {
  var significand: Int
  var exponent: Int

  /// The nearest number, infinite where there is none.
  var value: Double { Double("\(significand)e\(exponent)") ?? .nan }

  /// Written out, with all its places: `-0.50` for −50·10⁻².
  var plain: String {
    guard significand != 0 else { return "0" }
    var digits = String(significand.magnitude)
    if exponent >= 0 {
      digits += String(repeating: "0", count: exponent)
    } else {
      let missing = max(0, 1 - exponent - digits.count)
      digits = String(repeating: "0", count: missing) + digits
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: exponent))
    }
    return (significand < 0 ? "−" : "") + digits
  }

  /// As a power of ten and what it is multiplied by, if not by 1: `10³`, `2.5×10⁻⁷`.
  var scientific: String {
    guard significand != 0 else { return "0" }
    var digits = Array(String(significand.magnitude))
    let power = exponent + digits.count - 1
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let fraction = digits.dropFirst()
    let factor = String(digits[0]) + (fraction.isEmpty ? "" : "." + String(fraction))
    let sign = significand < 0 ? "−" : ""
    return sign + (factor == "1" ? "" : factor + "×") + "10" + raised(power)
  }

  /// Written out if that is short, else as a power of ten.
  var readable: String {
    // The length first, for a number may have three hundred zeros.
    let length = String(significand.magnitude).count
    let places = max(length + max(exponent, 0), 2 - exponent)
    return significand == 0 || places <= 7 ? plain : shorter(of: plain, scientific)
  }

  private func shorter(of one: String, _ other: String) -> String {
    other.count < one.count ? other : one
  }
}

/// A distance between ticks that is easy to count in: 1, 2, 2.5 or 5 times a power of ten.
struct NiceStep: Hashable, Sendable {
  var decimal: Decimal

  /// The least nice step that is as wide.
  init(atLeast width: Double) {
    precondition(width > 0 && width.isFinite, "a step of \(width)")
    let exponent = Int(Double.log10(width).rounded(.down))
    let factor = width / Decimal(significand: 1, exponent: exponent).value - 1e-9
    decimal =
      switch factor {
      case ...1: Decimal(significand: 1, exponent: exponent)
      case ...2: Decimal(significand: 2, exponent: exponent)
      case ...2.5: Decimal(significand: 25, exponent: exponent - 1)
      case ...5: Decimal(significand: 5, exponent: exponent)
      default: Decimal(significand: 1, exponent: exponent + 1)
      }
  }

  var value: Double { decimal.value }
  var isWhole: Bool { decimal.exponent >= 0 }

  /// The next nice step that is wider.
  var wider: NiceStep { NiceStep(atLeast: value * 1.01) }

  /// The multiples of the step inside a range.
  func multiples(in range: ClosedRange<Double>) -> [Decimal] {
    let first = (range.lowerBound / value - 1e-9).rounded(.up)
    let last = (range.upperBound / value + 1e-9).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return (Int(first)...Int(last)).map {
      Decimal(significand: $0 * decimal.significand, exponent: decimal.exponent)
    }
  }
}
