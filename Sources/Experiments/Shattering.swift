extension Experiment {
  /// How alike the gradients of neighbouring inputs are: fully connected networks on a line (Balduzzi et al.
  /// 2017, arXiv:1702.08591), then twins on images, before and after their training.
  package static let shattering = Experiment(
    name: "shattering",
    question: "Do the gradients of neighbouring inputs agree?",
    plans: [
      Plan(
        .seconds, cost: "about two minutes",
        shows: "Shows fully connected networks in full, and twins that have hardly begun to learn.",
        measurement: .agreement(networks: 20, walks: 4)
      ) { seed in lines(seed: seed) + pairs(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 20 minutes",
        shows: "Shows fully connected networks in full, and twins after three epochs of CIFAR-10.",
        measurement: .agreement(networks: 20, walks: 8)
      ) { seed in lines(seed: seed) + pairs(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 2 hours",
        shows: "Shows fully connected networks in full, and twins after 20 epochs of CIFAR-10.",
        measurement: .agreement(networks: 20, walks: 8)
      ) { seed in lines(seed: seed) + pairs(at: .hours, seed: seed) },
    ])
}

/// Networks on a line, which are looked at as they are drawn: one step is the least that there can be. With 2,
/// 4, 10, 24 or 50 hidden layers, and with one, which has no block.
private func lines(seed: UInt64) -> [RunConfiguration] {
  func variant(
    _ kind: NetworkConfiguration.Kind, _ normalization: Normalization, branch: Double = 1
  ) -> [NetworkConfiguration] {
    [3, 5, 11, 25, 51].map { depth in
      var network = NetworkConfiguration(kind, depth: depth, family: .dense)
      network.normalization = normalization
      if branch != 1 { network.combination = .scaled(shortcut: 1, branch: branch) }
      return network
    }
  }
  var single = NetworkConfiguration(.plain, depth: 2, family: .dense)
  single.normalization = .none
  let networks =
    [single] + variant(.plain, .none) + variant(.plain, .batch) + variant(.residual, .none)
    + variant(.residual, .batch) + variant(.residual, .batch, branch: 0.1)
  return networks.map { network in
    var dataset = DatasetConfiguration(.line)
    dataset.augmentation = false
    var run = RunConfiguration(
      network: network, dataset: dataset,
      schedule: LearningRateSchedule(base: 0.001, iterations: 1))
    run.batchSize = 256
    run.recording = RecordingSchedule(dense: 1, interval: 1, evaluationInterval: 1)
    run.seed = seed
    return run
  }
}

/// Twins with normalization, and without it at a tenth of the rate.
private func pairs(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  let networks =
    [
      NetworkConfiguration(.plain, depth: 20), NetworkConfiguration(.plain, depth: 56),
      NetworkConfiguration(.residual, depth: 56),
    ]
    + NetworkConfiguration.Kind.allCases.map { kind in
      var network = NetworkConfiguration(kind, depth: 56)
      network.normalization = .none
      return network
    }
  return networks.map { network in
    var run = RunConfiguration.study(network, at: budget, seed: seed)
    if network.normalization == .none { run.schedule.base /= 10 }
    if budget > .seconds { run.recording = .ends(of: run.schedule) }
    return run
  }
}
