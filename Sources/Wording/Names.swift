/// The number of letters to insert, remove or replace to get from one word to the other
/// (Levenshtein 1965).
package func editDistance(_ first: String, _ second: String) -> Int {
  let letters = Array(second.lowercased())
  var row = Array(0...letters.count)
  for (index, letter) in first.lowercased().enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in letters.indices {
      let replaced = diagonal + (letter == letters[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column + 1] + 1, row[column] + 1)
    }
  }
  return row[letters.count]
}

/// The name that may have been meant by another; nil where none is near.
package func nearest(to name: String, among names: [String]) -> String? {
  // Nobody means a short name by a page of text, and the comparison takes time by its length.
  guard name.count <= 100 else { return nil }
  let best = names.map { (name: $0, distance: editDistance(name, $0)) }
    .min { $0.distance < $1.distance }
  return best.flatMap { $0.distance <= max(2, name.count / 2) ? $0.name : nil }
}

/// A text with an ellipsis in its middle where it is longer than so many letters.
package func elided(_ text: String, to length: Int) -> String {
  guard text.count > length else { return text }
  let kept = max(length - 1, 2)
  return "\(text.prefix((kept + 1) / 2))…\(text.suffix(kept / 2))"
}
