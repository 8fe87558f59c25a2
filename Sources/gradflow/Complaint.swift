import Experiments
import Records
import Wording

/// A mistake of the user's that only shows when the command runs, as one sentence or two.
struct Complaint: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A sentence about a name that nothing has: the nearest one if it is near, and where all are.
func unknown(_ kind: String, _ name: String, among names: [String]) -> String {
  let hint = nearest(to: name, among: names).map { " Did you mean “\($0)”?" } ?? ""
  return "There is no \(kind) “\(name)”.\(hint) `gradflow list` shows them all."
}

/// Says which records could not be read, once the rest is done.
func complain(of damaged: [RecordError]) throws {
  if damaged.isEmpty { return }
  throw Complaint(damaged.map(\.description).joined(separator: "\n"))
}
