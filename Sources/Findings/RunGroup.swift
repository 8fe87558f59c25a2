import Experiments
package import Records
import Wording

/// Runs of one network that differ in chance alone. What they have in common stands for the network, and
/// what differs is its spread.
package struct RunGroup: Sendable {
  package typealias Role = RunDescription.Subject.Role

  /// The network's name, and how the group differs from namesakes.
  package let name: String
  /// One for each seed; never empty.
  package let records: [RunRecord]

  init(name: String, records: [RunRecord]) {
    precondition(!records.isEmpty, "\(name) has no runs")
    self.name = name
    self.records = records
  }

  package var first: RunRecord { records[0] }
  package var role: Role { first.run.subject.role }
  /// The number of layers on the main path.
  package var depth: Int { first.run.subject.depth }

  /// Of a number that each run has.
  package func spread(_ value: (RunRecord) -> Double) -> Spread { Spread(records.map(value)) }
}

extension [RunRecord] {
  /// Groups in the order in which their first runs come: of own trainings that differ in their seeds
  /// alone, and of others that tell the same of themselves but for a seed.
  package var groups: [RunGroup] {
    var kinds: [RunKind] = []
    var members: [RunKind: [RunRecord]] = [:]
    for record in self {
      let kind = RunKind(record.run)
      if members[kind] == nil { kinds.append(kind) }
      members[kind, default: []].append(record)
    }
    return zip(kinds, distinctNames(of: kinds)).map { kind, name in
      RunGroup(name: name, records: members[kind] ?? [])
    }
  }
}

extension [RunRecord] {
  /// The name of each run's group, and behind it its seed, but for the first one: `plain-20 seed 1`.
  package var names: [String] {
    let groups = groups
    let names = Dictionary(uniqueKeysWithValues: groups.map { (RunKind($0.first.run), $0.name) })
    let hasSeeds = Set(map(\.seed)).count > 1
    return map { record in
      let name = names[RunKind(record.run)] ?? record.run.subject.name
      guard hasSeeds, let seed = record.seed, seed > 0 else { return name }
      return "\(name) seed \(seed)"
    }
  }
}

/// What the runs of a group share.
private enum RunKind: Hashable {
  case own(RunConfiguration)
  case recorded(
    RunDescription.Subject, [RunDescription.Layer], conditions: [String: String])

  init(_ run: RunDescription) {
    if var configuration = run.configuration {
      configuration.seed = 0
      self = .own(configuration)
    } else {
      self = .recorded(
        run.subject, run.layers, conditions: run.conditions.filter { $0.key != "seed" })
    }
  }
}

/// A name for each kind, told from its namesakes by what differs.
private func distinctNames(of kinds: [RunKind]) -> [String] {
  let own = kinds.compactMap { if case .own(let run) = $0 { run } else { nil } }
  var ownLabels = own.labels[...]
  let recorded = kinds.compactMap { kind -> (name: String, conditions: [String: String])? in
    if case .recorded(let subject, _, let words) = kind { (subject.name, words) } else { nil }
  }
  var names: [String] = []
  for kind in kinds {
    var name =
      switch kind {
      case .own: ownLabels.removeFirst()
      case .recorded(let subject, _, let conditions):
        elided(subject.name, to: 40)
          + differences(conditions, recorded.filter { $0.name == subject.name }.map(\.1))
      }
    let namesakes = names.count { $0 == name || $0.hasPrefix("\(name) #") }
    if namesakes > 0 { name += " #\(namesakes + 1)" }
    names.append(name)
  }
  return names
}

/// The conditions in which a run differs from its namesakes: ` (rate 0.1)`.
private func differences(_ own: [String: String], _ all: [[String: String]]) -> String {
  let keys = Set(all.flatMap(\.keys)).filter { key in Set(all.map { $0[key] }).count > 1 }.sorted()
  let words = keys.map { "\($0) \(own[$0] ?? "unknown")" }
  return words.isEmpty ? "" : " (\(elided(words.joined(separator: ", "), to: 40)))"
}
