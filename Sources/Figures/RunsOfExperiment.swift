import Charts
import Experiments
import Records

/// The records that a figure is drawn from: the networks of an experiment, each with one seed or
/// several.
struct RunsOfExperiment {
  let records: [RunRecord]
  let experiment: Experiment
  /// The budget that the runs were made at; nil where the experiment has no others.
  let budget: Budget?
  /// Each network once, in the order of the records; more than once where runs of it differ in more
  /// than their seed.
  let networks: [Arm]

  init(records: [RunRecord], experiment: Experiment, budget: Budget? = nil) {
    self.records = records
    self.experiment = experiment
    self.budget = budget
    var runs: [RunConfiguration] = []
    for record in records where !runs.contains(record.configuration.withoutSeed) {
      runs.append(record.configuration.withoutSeed)
    }
    networks = zip(runs, runs.labels).map { Arm(run: $0, name: $1) }
  }

  /// The networks of a kind, the shallowest first.
  func networks(_ kind: NetworkConfiguration.Kind) -> [Arm] {
    networks.filter { $0.kind == kind }.sorted { $0.depth < $1.depth }
  }

  /// The runs of a network, one for each seed.
  func runs(of network: Arm) -> [RunRecord] {
    records.filter { $0.configuration.withoutSeed == network.run }
  }

  /// The network of a kind and a depth.
  func network(_ kind: NetworkConfiguration.Kind, depth: Int) -> Arm? {
    networks(kind).first { $0.depth == depth }
  }

  /// The deepest networks of each kind: twins in most experiments.
  var deepest: [Arm] {
    NetworkConfiguration.Kind.allCases.flatMap { kind in
      let ofKind = networks(kind)
      return ofKind.filter { $0.depth == ofKind.last?.depth }
    }
  }

  /// The greatest depth of all.
  var greatestDepth: Int { networks.map(\.depth).max() ?? 1 }

  var seedCount: Int { Set(records.map(\.configuration.seed)).count }

  /// The spread over seeds of a number of each run of a network.
  func spread(
    of network: Arm, _ value: (RunRecord) -> Double
  ) -> Spread {
    Spread(runs(of: network).map(value))
  }

  /// Plain is vermillion and residual blue; the deepest network has the full colour, shallower ones
  /// are lighter. Networks of one kind and depth that differ otherwise have other colours.
  func ink(of network: Arm) -> Ink {
    let namesakes = networks.filter { $0.kind == network.kind && $0.depth == network.depth }
    let others: [Ink] =
      network.kind == .plain ? [.purple, .orange, .green] : [.green, .skyBlue, .purple]
    let index = namesakes.firstIndex(of: network) ?? 0
    let own: Ink = network.kind == .plain ? .plain : .residual
    let ink = index == 0 ? own : others[(index - 1) % others.count]
    let depths = Set(networks.map(\.depth)).sorted(by: >)
    guard let rank = depths.firstIndex(of: network.depth), rank > 0 else { return ink }
    return ink.faded(0.1 + 0.35 * Double(rank) / Double(max(depths.count - 1, 1)))
  }
}

/// `plain-56 and resnet-56`, or how many there are if they are too many for a title.
func titleList(_ networks: [Arm]) -> String {
  networks.count <= 2 ? sentenceList(networks.map(\.name)) : "\(networks.count) networks"
}

/// `a, b and c`.
func sentenceList(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
