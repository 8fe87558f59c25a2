import Experiments
import Wording
import Yams

extension ExperimentFile {
  /// Takes everything from the text of the file.
  mutating func read(_ bytes: [UInt8]) throws(ExperimentFileError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fail(nil, "the file is not UTF-8 text.")
    }
    let entries = try entries(of: try root(text), called: "the file")
    var found: Set<String> = []
    for entry in entries {
      found.insert(entry.key)
      switch entry.key {
      case "question": question = try words(entry.value, called: "question")
      case "seeds": seeds = try seedCount(entry.value)
      case "defaults": defaults = try settings(entry.value, called: "defaults")
      case "runs": runs = try runs(entry.value)
      case "budgets": budgets = try budgets(entry.value)
      default: throw unknown(entry.key, entry.line, among: Self.keys)
      }
    }
    for key in ["question", "runs"] where !found.contains(key) {
      throw fail(nil, "“\(key)” is missing.")
    }
    if budgets.isEmpty { budgets = [FileBudget(budget: .seconds)] }
  }

  private static let keys = ["question", "seeds", "defaults", "runs", "budgets"]

  private func root(_ text: String) throws(ExperimentFileError) -> Node {
    do {
      // A mark of the byte order may stand before YAML.
      let yaml = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
      if let node = try Yams.compose(yaml: yaml) { return node }
    } catch let error as YamlError {
      throw fail(error.line, "this is not YAML: \(error.problem).")
    } catch {
      throw fail(nil, "this is not YAML.")
    }
    throw fail(nil, "the file is empty.")
  }

  // MARK: - Parts of the file

  private func runs(_ node: Node) throws(ExperimentFileError) -> [FileRun] {
    guard let list = node.sequence, !list.isEmpty else {
      throw fail(node.line, "“runs” is a list of one run or more, such as `- network: plain-20`.")
    }
    guard list.count <= Self.runLimit else {
      throw fail(node.line, "there are \(list.count) runs; choose at most \(Self.runLimit).")
    }
    var runs: [FileRun] = []
    for entry in list {
      if let name = entry.scalar?.string {
        let network = try setting("network", name, entry.line)
        runs.append(FileRun(line: entry.line, settings: [network]))
      } else {
        runs.append(
          FileRun(line: entry.line, settings: try settings(entry, called: "a run")))
      }
    }
    return runs
  }

  private func budgets(_ node: Node) throws(ExperimentFileError) -> [FileBudget] {
    var budgets: [FileBudget] = []
    func add(_ name: String, _ line: Int) throws(ExperimentFileError) -> Int {
      guard let budget = Budget(rawValue: name) else {
        throw unknown(name, line, among: Budget.allCases.map(\.rawValue))
      }
      guard !budgets.contains(where: { $0.budget == budget }) else {
        throw fail(line, "\(name) is there twice.")
      }
      budgets.append(FileBudget(budget: budget))
      return budgets.count - 1
    }
    if let list = node.sequence {
      for entry in list {
        _ = try add(try words(entry, called: "a budget"), entry.line)
      }
      return budgets
    }
    for entry in try entries(of: node, called: "budgets") {
      let index = try add(entry.key, entry.line)
      if entry.value.isNull { continue }
      for part in try entries(of: entry.value, called: entry.key) {
        if part.key == "seeds" {
          budgets[index].seeds = try seedCount(part.value)
        } else {
          budgets[index].settings += try settings(part, within: "")
        }
      }
    }
    return budgets
  }

  private func seedCount(_ node: Node) throws(ExperimentFileError) -> Int {
    guard let count = (node.scalar?.string).flatMap({ Int($0) }), (1...100).contains(count) else {
      throw fail(node.line, "“seeds” is how many: a whole number from 1 to 100.")
    }
    return count
  }

  // MARK: - Settings

  private func settings(
    _ node: Node, called name: String
  ) throws(ExperimentFileError) -> [FileSetting] {
    var settings: [FileSetting] = []
    for entry in try entries(of: node, called: name) {
      settings += try self.settings(entry, within: "")
    }
    return settings
  }

  /// One entry of a mapping, or those of the mapping in it, with the keys before it.
  private func settings(
    _ entry: Entry, within prefix: String
  ) throws(ExperimentFileError) -> [FileSetting] {
    let key = prefix + entry.key
    if entry.value.mapping != nil {
      var settings: [FileSetting] = []
      for part in try entries(of: entry.value, called: key) {
        settings += try self.settings(part, within: key + ".")
      }
      return settings
    }
    var text = entry.value.scalar?.string
    if let list = entry.value.sequence {
      let parts = list.compactMap { $0.scalar?.string }
      text = parts.count == list.count ? parts.joined(separator: ", ") : nil
    }
    guard let text, !entry.value.isNull else {
      throw fail(entry.line, "“\(key)” has no value.")
    }
    return [try setting(key == "network.name" ? "network" : key, text, entry.line)]
  }

  private func setting(
    _ key: String, _ value: String, _ line: Int
  ) throws(ExperimentFileError) -> FileSetting {
    do {
      return FileSetting(line: line, assignment: try Assignment(key, value))
    } catch {
      throw fail(line, error.description)
    }
  }

  // MARK: - Nodes

  private struct Entry {
    let key: String
    let line: Int
    let value: Node
  }

  private func entries(
    of node: Node, called name: String
  ) throws(ExperimentFileError) -> [Entry] {
    guard let mapping = node.mapping else {
      throw fail(node.line, "\(name) holds lines of the form `key: value`.")
    }
    var entries: [Entry] = []
    for (key, value) in mapping {
      guard let text = key.scalar?.string else {
        throw fail(key.line, "keys are words.")
      }
      entries.append(Entry(key: text, line: key.line, value: value))
    }
    return entries
  }

  private func words(_ node: Node, called name: String) throws(ExperimentFileError) -> String {
    guard let text = node.scalar?.string, !node.isNull, text.count <= 500 else {
      throw fail(node.line, "“\(name)” is a few words.")
    }
    return text
  }

  private func unknown(
    _ key: String, _ line: Int, among keys: [String]
  ) -> ExperimentFileError {
    let hint = nearest(to: key, among: keys).map { " Did you mean “\($0)”?" } ?? ""
    return fail(
      line,
      "there is no “\(key.prefix(60))” here.\(hint) Known are \(keys.joined(separator: ", ")).")
  }

  private func fail(_ line: Int?, _ reason: String) -> ExperimentFileError {
    ExperimentFileError(path, line, reason)
  }
}

extension Node {
  fileprivate var line: Int { mark?.line ?? 1 }

  /// An empty value, or one of YAML's words for none.
  fileprivate var isNull: Bool {
    guard let scalar, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}

extension YamlError {
  fileprivate var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  /// What is wrong, a clause.
  fileprivate var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
      .composer(_, let problem, _, _):
      String(problem.prefix { !$0.isNewline })
    case .duplicatedKeysInMapping(let keys, _):
      "\(keys.joined(separator: ", ")) is there twice"
    default: "its characters are not those of text"
    }
  }
}
