import Wording

// What Cairo writes exactly, in as few letters as a reader needs.

/// Path data with numbers rounded to so many places, without letters that repeat, and without the move
/// that Cairo ends closed paths with: `M0 1.5 2 3Z`.
func shortened(path: String, places: Int) -> String {
  var result = ""
  /// What the next numbers are taken for without a letter.
  var implied: Character?
  var isAfterNumber = false
  var words = path.split(separator: " ")[...]
  if words.count > 3, words[words.endIndex - 3] == "M" { words.removeLast(3) }
  for word in words {
    if let letter = word.first, letter.isLetter {
      if letter != implied {
        result += word
        isAfterNumber = false
      }
      // More numbers behind a move are lines; a path that is closed begins anew.
      implied = letter == "M" ? "L" : letter == "Z" ? nil : letter
    } else {
      let number = shortened(number: word, places: places)
      if isAfterNumber, !number.hasPrefix("-") { result += " " }
      result += number
      isAfterNumber = true
    }
  }
  return result
}

/// A number rounded to so many places, without what says nothing: `.5`, `-3`.
func shortened(number: some StringProtocol, places: Int) -> String {
  guard let value = Double(number) else { return String(number) }
  var text = fixed(abs(value), places: places)
  if text.contains(".") {
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
  }
  if text.hasPrefix("0.") { text.removeFirst() }
  return value < 0 && text != "0" ? "-\(text)" : text
}

/// A colour as Cairo writes it, `rgb(54.07%,57.142%,59.923%)`, as `#8a9299`.
func shortened(color: String) -> String {
  guard color.hasPrefix("rgb("), color.hasSuffix("%)") else { return color }
  let shares = color.dropFirst(4).dropLast().split(separator: ",").compactMap {
    Double($0.filter { $0 != "%" && $0 != " " })
  }
  guard shares.count == 3 else { return color }
  return "#"
    + shares.map { share in
      let byte = String(Int((share * 2.55).rounded()), radix: 16)
      return byte.count < 2 ? "0\(byte)" : byte
    }.joined()
}
