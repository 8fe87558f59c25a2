import Experiments
import Records
import Wording

extension Comparison {
  /// The conditions of the runs: data, networks, recipe, seeds, remarks, evaluation, command.
  package func caption(_ remarks: String..., showsEvaluation: Bool = false) -> String {
    guard let first = groups.first?.first else { return "" }
    let evaluation =
      showsEvaluation ? "Evaluation: \(first.evaluationSet)\(evaluationPrecision)." : ""
    let command = command.map { "Command: \($0)" } ?? ""
    let sentences =
      [capitalized(conditions.joined(separator: ", ")) + "."] + remarks + [evaluation, command]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// How exact evaluations are: `, standard error 1.2 to 1.6 points`.
  private var evaluationPrecision: String {
    let errors = records.compactMap(\.evaluationStandardError)
    guard let least = errors.min(), let most = errors.max(), most > 0 else { return "" }
    let ends = [least, most].map { fixed($0, places: 1) }
    return
      ", standard error \(ends[0] == ends[1] ? ends[0] : ends.joined(separator: " to ")) points"
  }

  /// What a band shows, if there are several seeds.
  package var bandRemark: String {
    seedCount > 1 ? "Bands: mean ± standard deviation over \(severalSeeds) seeds." : ""
  }

  /// The same on a logarithmic axis.
  package var geometricBandRemark: String {
    seedCount > 1
      ? "Lines and bands: geometric mean and standard deviation, n = \(severalSeeds)." : ""
  }

  /// What single curves are means of, for captions.
  package var severalSeedsRemark: String {
    seedCount > 1 ? "Several seeds: mean ± standard deviation." : ""
  }

  /// How many seeds a band is of: `3`, or `2 or 3`.
  private var severalSeeds: String {
    Set(groups.map(\.records.count)).filter { $0 > 1 }.sorted().map(String.init)
      .joined(separator: " or ")
  }

  private var conditions: [String] {
    let own = records.compactMap { record in record.run.configuration.map { (record, $0) } }
    guard own.count == records.count else {
      return conditionsOfOthers + [filters, seeds].compactMap(\.self)
    }
    func shared(
      _ otherwise: String, _ words: (RunRecord, RunConfiguration) -> String
    ) -> String {
      let all = Set(own.map(words))
      return all.count == 1 ? all.first ?? otherwise : otherwise
    }
    return [
      shared("several data sets") { images($1.dataset) }, filters,
      shared("several batch sizes") {
        "batch \($1.batchSize)" + ($1.shards.map { " in \($0) shards" } ?? "")
      },
      shared("several durations") { $1.schedule.length(of: $0, $1.shareOfPaper) },
      shared("several learning rates") { $1.schedule.rates }, warmUp, seeds,
    ].compactMap(\.self)
  }

  /// What other programs tell of their runs: what is the same in all, and the names of what is not.
  private var conditionsOfOthers: [String] {
    let all = records.map { record in
      record.run.conditions.filter { $0 != ("gradients at outputs", "of one mini-batch") }
    }
    let keys = Set(all.flatMap(\.keys)).subtracting(["seed", "device", "recorded every"]).sorted()
    let shared = keys.filter { key in Set(all.map { $0[key] }).count == 1 }
    let different = keys.filter { !shared.contains($0) }
    return shared.compactMap { key in
      all[0][key].map { "\(key) \(elided($0, to: 60))" }
    } + (different.isEmpty ? [] : ["different: \(elided(sentenceList(different), to: 120))"])
  }

  private func images(_ dataset: DatasetConfiguration) -> String {
    dataset.name.title
      + (dataset.imageSize.map { " averaged to \($0)×\($0) pixels" } ?? "")
  }

  /// The filters of the first and the last stage.
  private var filters: String? {
    let ranges = Set(groups.compactMap { $0.first.run.filters })
    guard let range = ranges.first, ranges.count == 1 else {
      return ranges.isEmpty ? nil : "several widths"
    }
    return range.count == 1
      ? "\(range.lowerBound) filters" : "\(range.lowerBound)–\(range.upperBound) filters"
  }

  /// Which networks begin at a smaller rate until they have learned something, and at which: nil where none does.
  private var warmUp: String? {
    let all = groups.compactMap { group in
      group.first.run.configuration?.schedule.warmUp.map { (group.depth, $0) }
    }
    guard let first = all.first?.1 else { return nil }
    let rate =
      "at \(first.rate) until the training error is below \(sixDigits(first.untilErrorBelow)) %"
    guard all.allSatisfy({ $0.1 == first }) else { return "several beginnings" }
    if all.count == groups.count { return "begun \(rate)" }
    let depths = Set(all.map(\.0)).sorted().map(String.init)
    return "\(sentenceList(depths)) layers begun \(rate)"
  }

  private var seeds: String {
    let counts = Dictionary(grouping: groups, by: \.records.count)
    func phrase(_ count: Int) -> String { count == 1 ? "one seed" : "\(count) seeds" }
    if counts.count == 1 { return phrase(seedCount) }
    // A depth stands for its networks where none of a kind that others have is missing, and all have equally many.
    let told = depths.filter { depth in
      let networks = groups.filter { $0.depth == depth }
      return Set(networks.map(\.records.count)).count == 1
        && Set(networks.map(\.role)) == Set(groups.map(\.role))
    }
    let named = groups.filter { !told.contains($0.depth) }
    if named.count == groups.count, named.count > 2, let most = counts[seedCount], most.count == 1,
      counts.count == 2, let others = counts.keys.first(where: { $0 != seedCount })
    {
      return "\(phrase(seedCount)) of \(most[0].name), \(phrase(others)) of the others"
    }
    guard named.count <= 4 else { return "\(counts.keys.min() ?? 1) to \(phrase(seedCount))" }
    let parts = counts.sorted { $0.key > $1.key }.map { count, groups in
      let names = named.filter { $0.records.count == count }.map(\.name)
      let depths = Set(groups.map(\.depth)).intersection(told).sorted().map(String.init)
      return "\(phrase(count)) of \(sentenceList(names + depths))\(depths.isEmpty ? "" : " layers")"
    }
    return parts.joined(separator: ", ")
  }
}

extension RunDescription {
  /// From the fewest to the most that a stage has; nil where that is not known. The wide outputs of our
  /// own bottleneck blocks are not a stage's filters.
  fileprivate var filters: ClosedRange<Int>? {
    if let network = configuration?.network {
      let most =
        switch network.family {
        case .cifar: 4
        case .imageNet, .vgg, .notes: 8
        case .dense: 1
        }
      return network.width...(network.width * most)
    }
    let filters = layers.filter { $0.path == .main && $0.isConvolution }.compactMap(\.filters)
    guard let least = filters.min(), let most = filters.max() else { return nil }
    return least...most
  }
}

extension RunDescription {
  /// Whether every layer on the main path but the last is a convolution.
  package var isConvolutional: Bool {
    layers.filter { $0.path == .main }.dropLast().allSatisfy(\.isConvolution)
  }
}

extension RunDescription.Layer {
  /// `convolution` of ours, `Conv2d` and its like of PyTorch.
  package var isConvolution: Bool { kind.lowercased().hasPrefix("conv") }
}

extension RunConfiguration {
  /// Of a run that is section 4.2 of the paper but for the number of steps, and for images that are held out as
  /// it holds them out to choose a recipe: `a quarter of the paper’s`. Nil of all others.
  fileprivate var shareOfPaper: String? {
    guard schedule.iterations > 0, network.family == .cifar, batchSize == 128,
      dataset.name == .cifar10, dataset.side == dataset.name.side, dataset.augmentation,
      dataset.trainingImages == nil
    else { return nil }
    let divisor = LearningRateSchedule.paper.iterations / schedule.iterations
    var paper = LearningRateSchedule.paper
    paper.iterations /= max(divisor, 1)
    for index in paper.drops.indices { paper.drops[index].iteration /= max(divisor, 1) }
    paper.warmUp = schedule.warmUp
    guard schedule == paper else { return nil }
    return switch divisor {
    case 1: "as in the paper"
    case 2: "half of the paper’s"
    case 4: "a quarter of the paper’s"
    default: "1/\(divisor) of the paper’s"
    }
  }
}

extension LearningRateSchedule {
  /// `20 epochs`, or steps where there is no whole epoch, and how much of the paper's training they are.
  fileprivate func length(of run: RunRecord, _ share: String?) -> String {
    let steps = "\(grouped(iterations)) steps" + (share.map { ", \($0)" } ?? "")
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
  package var title: String {
    switch self {
    case .fashionMNIST: "Fashion-MNIST"
    case .cifar10: "CIFAR-10"
    case .synthetic: "Synthetic patterns"
    case .line: "points of a line"
    }
  }
}
