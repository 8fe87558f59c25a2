/// A whole number with its digits in groups of three: `21,797,672`.
package func grouped(_ value: Int) -> String {
  var digits = String(value)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits = String(digits.dropLast(3))
  }
  return ([digits] + groups).joined(separator: ",")
}
