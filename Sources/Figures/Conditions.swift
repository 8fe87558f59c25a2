import Charts
import Experiments
import Records

extension RunsOfExperiment {
  /// The conditions of the runs: data, networks, recipe, seeds, remarks, evaluation, command.
  func caption(_ remarks: String..., showsEvaluation: Bool = false) -> String {
    guard let first = records.first else { return "" }
    let conditions = [
      shared("several data sets") { images($0.configuration.dataset) }, filters,
      shared("several batch sizes") { "batch \($0.configuration.batchSize)" },
      shared("several durations") { $0.configuration.schedule.length(of: $0) },
      shared("several learning rates") { $0.configuration.schedule.rates }, seeds,
    ].joined(separator: ", ")
    let evaluation = showsEvaluation ? "Evaluation: \(first.evaluationSet)." : ""
    let sentences = [conditions + "."] + remarks + [evaluation, "Command: \(command)"]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What makes the records.
  var command: String {
    let budget = experiment.plans.count > 1 ? budget.map { " --budget \($0.rawValue)" } ?? "" : ""
    let planned = self.budget.flatMap(experiment.plan) ?? experiment.plans[0]
    let seeds = seedCount == planned.seeds ? "" : " --seeds \(seedCount)"
    let isSynthetic = records.first?.configuration.dataset.name == .synthetic
    return "gradflow run \(experiment.arguments)\(budget)"
      + "\(isSynthetic ? " --data synthetic" : "")\(seeds)"
  }

  /// What holds for all runs, or a word for there being no such thing.
  private func shared(_ otherwise: String, _ words: (RunRecord) -> String) -> String {
    let all = Set(records.map(words))
    return all.count == 1 ? all.first ?? otherwise : otherwise
  }

  private func images(_ dataset: DatasetConfiguration) -> String {
    dataset.name.title
      + (dataset.imageSize.map { " averaged to \($0)×\($0) pixels" } ?? "")
  }

  /// The filters of the first and the last stage.
  private var filters: String {
    let widths = Set(networks.map(\.width)).sorted()
    let stages = networks.contains { $0.family == .cifar } ? 4 : 8
    guard let least = widths.first, widths.count == 1 else { return "several widths" }
    return "\(least)–\(least * stages) filters"
  }

  private var seeds: String {
    let counts = Dictionary(grouping: networks) { runs(of: $0).count }
    if counts.count == 1 { return seedCount == 1 ? "one seed" : "\(seedCount) seeds" }
    let parts = counts.sorted { $0.key > $1.key }.map { count, networks in
      let depths = Set(networks.map(\.depth)).sorted().map(String.init)
      return "\(count == 1 ? "one seed" : "\(count) seeds") of \(sentenceList(depths)) layers"
    }
    return parts.joined(separator: ", ")
  }

  /// What a band shows, if there are several seeds.
  var bandRemark: String {
    seedCount > 1 ? "Bands: mean ± standard deviation over \(seedCount) seeds." : ""
  }
}

extension LearningRateSchedule {
  /// `20 epochs`, or steps where there is no whole epoch.
  fileprivate func length(of run: RunRecord) -> String {
    let steps = "\(grouped(iterations)) steps"
    guard let last = run.evaluations.last, last.epoch >= 1, iterations > 2 else { return steps }
    return
      "\(Int((last.epoch * Double(iterations) / Double(last.step)).rounded())) epochs (\(steps))"
  }

  /// The learning rate over time in words.
  fileprivate var rates: String {
    if iterations <= 2 { return "learning rate \(base)" }
    var words = "learning rate \(base)"
    if let ramp { words += ", reached over \(ramp) steps" }
    if annealing == .cosine { words += " and brought to zero along a cosine" }
    if !drops.isEmpty {
      words += " with drops at \(sentenceList(drops.map { grouped($0.iteration) })) steps"
    }
    return words
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
