import Charts
import Experiments
import Records

/// The records that a figure is drawn from: the networks of an experiment, each with one seed or
/// several.
struct RunsOfExperiment {
  let records: [RunRecord]
  let experiment: Experiment

  /// Each network once, in the order of the records.
  var networks: [NetworkConfiguration] {
    var networks: [NetworkConfiguration] = []
    for record in records where !networks.contains(record.configuration.network) {
      networks.append(record.configuration.network)
    }
    return networks
  }

  /// The runs of a network, one for each seed.
  func runs(of network: NetworkConfiguration) -> [RunRecord] {
    records.filter { $0.configuration.network == network }
  }

  /// The deepest network of a kind.
  func deepest(_ kind: NetworkConfiguration.Kind) -> NetworkConfiguration? {
    networks.filter { $0.kind == kind }.max { $0.depth < $1.depth }
  }

  var seedCount: Int { Set(records.map(\.configuration.seed)).count }

  /// The conditions of the runs in one line: data, network, recipe, seeds, evaluation, command.
  func caption(_ remarks: String...) -> String {
    guard let first = records.first else { return "" }
    let run = first.configuration
    let size = run.dataset.imageSize.map { " averaged to \($0)×\($0) pixels" } ?? ""
    let seeds = seedCount == 1 ? "one seed" : "\(seedCount) seeds"
    let data = run.dataset.name == .synthetic ? " --data synthetic" : ""
    let repeated = seedCount == 1 ? "" : " --seeds \(seedCount)"
    let conditions =
      "\(run.dataset.name.title)\(size), \(run.network.width)–\(run.network.width * 4) filters, "
      + "batch \(run.batchSize), learning rate \(run.schedule.base), "
      + "\(run.schedule.iterations) steps, \(seeds)."
    let command = "Command: gradflow run \(experiment.name)\(data)\(repeated)"
    let sentences = [conditions] + remarks + [command]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension DatasetConfiguration.Name {
  /// As it is written in prose.
  var title: String {
    switch self {
    case .fashionMNIST: "Fashion-MNIST"
    case .cifar10: "CIFAR-10"
    case .synthetic: "Synthetic patterns"
    }
  }
}

extension NetworkConfiguration {
  /// Plain is vermillion and residual blue; shallower networks are lighter.
  func ink(deepest depth: Int) -> Ink {
    let ink: Ink = kind == .plain ? .plain : .residual
    return self.depth == depth ? ink : ink.faded(0.35)
  }
}
