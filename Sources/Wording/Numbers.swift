import RealModule

// Every form in which a number is written for people. Infinity and nan are `inf` and `nan` in all.

/// `inf`, `-inf` or `nan`, whose sign, which says nothing, depends on the processor.
private func notFinite(_ value: Double) -> String { value.isNaN ? "nan" : "\(value)" }

/// A whole number with its digits in groups of three: `21,797,672`.
package func grouped(_ value: Int) -> String {
  var rest = Substring(String(value.magnitude))
  var groups: [Substring] = []
  while rest.count > 3 {
    groups.insert(rest.suffix(3), at: 0)
    rest = rest.dropLast(3)
  }
  return (value < 0 ? "−" : "") + ([rest] + groups).joined(separator: ",")
}

/// A number with so many decimal places: `0.75`, `−3.10`. Beyond 10¹⁵, as Swift writes it.
package func fixed(_ value: Double, places: Int) -> String {
  guard value.isFinite else { return notFinite(value) }
  let scaled = (abs(value) * .pow(10, Double(places))).rounded()
  guard scaled < 1e15 else { return "\(value)" }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  let sign = value < 0 && scaled > 0 ? "−" : ""
  return places == 0 ? sign + padded : "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
}

/// `72.6 %`, of a number in percent.
package func percent(_ value: Double) -> String { "\(fixed(value, places: 1)) %" }

/// A number with two or three digits that count: `346`, `3.2`, `0.10`, `2.1×10⁻⁷`.
package func rounded(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : notFinite(value) }
  guard value > 0 else { return "−\(rounded(-value))" }
  var exponent = Int(Double.log10(value).rounded(.down))
  // What is rounded up to the next power of ten is written like that.
  let lastDigit = 2...4 ~= exponent ? 0 : 0...1 ~= exponent ? -1 : exponent - 1
  let lastUnit = Double.pow(10, Double(lastDigit))
  if (value / lastUnit).rounded() * lastUnit >= .pow(10, Double(exponent + 1)) * 0.999_999 {
    exponent += 1
  }
  switch exponent {
  case 2...4: return fixed(value, places: 0)
  case 0...1: return fixed(value, places: 1)
  case -2 ... -1: return fixed(value, places: 1 - exponent)
  default: return "\(fixed(value / .pow(10, Double(exponent)), places: 1))×10\(raised(exponent))"
  }
}

/// A number with four digits that count, which line up below each other: `3.142e-05`.
package func scientific(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : notFinite(value) }
  var (mantissa, exponent) = (abs(value), 0)
  while mantissa >= 9.9995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  while mantissa < 0.99995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  let digits = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
  let power = "\(exponent < 0 ? "-" : "+")\(digits)"
  return "\(value < 0 ? "-" : "")\(fixed(mantissa, places: 3))e\(power)"
}

/// A number with at most six digits that count, in plain figures or as Swift writes it: for tables that
/// programs read.
package func sixDigits(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : notFinite(value) }
  let exponent = Int(Double.log10(abs(value)).rounded(.down))
  let leading = (value / (Double("1e\(exponent - 5)") ?? .nan)).rounded()
  guard abs(leading) < 1e7, let rounded = Double("\(Int(leading))e\(exponent - 5)") else {
    return "\(value)"
  }
  let text = "\(rounded)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

/// A count in words: `21.8 million`, `3.66 billion`.
package func short(_ value: Int) -> String {
  let (unit, name) = value >= 1_000_000_000 ? (1e9, "billion") : (1e6, "million")
  let amount = Double(value) / unit
  return "\(fixed(amount, places: amount >= 100 ? 0 : amount >= 10 ? 1 : 2)) \(name)"
}

/// `269,722` as `0.27 M`.
package func millions(_ count: Int) -> String { "\(fixed(Double(count) / 1e6, places: 2)) M" }

/// Bytes in the units of memory: `1.5 GB`.
package func gigabytes(_ bytes: Int) -> String { "\(fixed(Double(bytes) / 1e9, places: 1)) GB" }

/// `1:07 min` for a minute and seven seconds, `42 s` below a minute, `2:05 h`.
package func clockTime(_ duration: Duration) -> String {
  let seconds = Int((duration / .seconds(1)).rounded())
  if seconds < 60 { return "\(seconds) s" }
  func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let minutes = seconds / 60
  return minutes < 60
    ? "\(minutes):\(padded(seconds % 60)) min" : "\(minutes / 60):\(padded(minutes % 60)) h"
}

/// A whole number in raised digits: `⁻¹²`.
package func raised(_ exponent: Int) -> String {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  return String(String(exponent).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
}
