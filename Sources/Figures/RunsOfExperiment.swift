import Charts
import Experiments
import Records

/// The records that a figure is drawn from: the networks of an experiment, each with one seed or
/// several.
struct RunsOfExperiment {
  let records: [RunRecord]
  let experiment: Experiment
  /// The budget that the runs were made at; nil where the experiment has no others.
  var budget: Budget?

  /// Each network once, in the order of the records.
  var networks: [NetworkConfiguration] {
    var networks: [NetworkConfiguration] = []
    for record in records where !networks.contains(record.configuration.network) {
      networks.append(record.configuration.network)
    }
    return networks
  }

  /// The networks of a kind, the shallowest first.
  func networks(_ kind: NetworkConfiguration.Kind) -> [NetworkConfiguration] {
    networks.filter { $0.kind == kind }.sorted { $0.depth < $1.depth }
  }

  /// The runs of a network, one for each seed.
  func runs(of network: NetworkConfiguration) -> [RunRecord] {
    records.filter { $0.configuration.network == network }
  }

  /// The network of a kind and a depth.
  func network(_ kind: NetworkConfiguration.Kind, depth: Int) -> NetworkConfiguration? {
    networks(kind).first { $0.depth == depth }
  }

  /// The deepest network of a kind.
  func deepest(_ kind: NetworkConfiguration.Kind) -> NetworkConfiguration? {
    networks(kind).last
  }

  /// The deepest networks of both kinds.
  var deepestTwins: [NetworkConfiguration] {
    NetworkConfiguration.Kind.allCases.compactMap(deepest)
  }

  /// The greatest depth of all.
  var greatestDepth: Int { networks.map(\.depth).max() ?? 1 }

  var seedCount: Int { Set(records.map(\.configuration.seed)).count }

  /// The spread over seeds of a number of each run of a network.
  func spread(
    of network: NetworkConfiguration, _ value: (RunRecord) -> Double
  ) -> Spread {
    Spread(runs(of: network).map(value))
  }

  /// Plain is vermillion and residual blue; the deepest network has the full colour, shallower ones
  /// are lighter.
  func ink(of network: NetworkConfiguration) -> Ink {
    let ink: Ink = network.kind == .plain ? .plain : .residual
    let depths = Set(networks.map(\.depth)).sorted(by: >)
    guard let rank = depths.firstIndex(of: network.depth), rank > 0 else { return ink }
    return ink.faded(0.1 + 0.35 * Double(rank) / Double(max(depths.count - 1, 1)))
  }

}

/// `a, b and c`.
func sentenceList(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
