/// The runs of a sweep by their names, one a line in `runs.txt`. A task knows its run by the number of the
/// line, and may wait for days: lines are added, and never moved.
package struct RunList: Equatable, Sendable {
  package private(set) var names: [String]

  package init(_ names: [String] = []) { self.names = names }

  /// What ``text`` made.
  package init(text: String) {
    names = text.split(separator: "\n").map(String.init)
  }

  package var text: String { names.map { "\($0)\n" }.joined() }

  /// Adds those that are not there yet, at the end.
  package mutating func add(_ added: [String]) {
    for name in added where !names.contains(name) { names.append(name) }
  }

  /// The lines of runs, counted from 1, ascending.
  package func lines(of wanted: [String]) -> [Int] {
    let wanted = Set(wanted)
    return names.indices.filter { wanted.contains(names[$0]) }.map { $0 + 1 }
  }

  /// The run of a line; nil where there is no such line.
  package func name(line: Int) -> String? {
    names.indices.contains(line - 1) ? names[line - 1] : nil
  }
}
