/// A mistake of the user's that only shows when the command runs, as one sentence or two.
struct Complaint: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A sentence about a name that nothing has: the nearest one if it is near, and where all are.
func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
  let distances = names.map { (name: $0, distance: editDistance(name, $0)) }
  let nearest = distances.min { $0.distance < $1.distance }
  let hint =
    nearest.flatMap { $0.distance <= max(2, name.count / 2) ? " Did you mean “\($0.name)”?" : nil }
    ?? ""
  return "There is no \(kind) “\(name)”.\(hint) `gradflow list` shows them all."
}

/// The number of letters to insert, remove or replace to get from one word to the other
/// (Levenshtein 1965).
func editDistance(_ first: String, _ second: String) -> Int {
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
