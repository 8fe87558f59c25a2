extension RunConfiguration {
  /// A training of the study that most experiments share: at one budget every network has the same
  /// recipe, so that networks differ in nothing but themselves, and what two experiments both ask for
  /// is trained once.
  ///
  /// - `seconds`: Fashion-MNIST averaged to 14×14, half the paper's width, 250 steps at 0.1.
  /// - `minutes`: CIFAR-10 averaged to 16×16, the paper's width, 3 epochs.
  /// - `hours`: the same for 20 epochs. In both the rate rises to 0.1 over the first twentieth or
  ///   tenth, and goes to zero along a cosine.
  /// - `night`: section 4.2 with a quarter of its steps: 45,000 images to learn from and 5,000 held
  ///   out, as in the paper, 16,000 steps, the rate ÷ 10 at 8,000 and 12,000.
  /// - `paper`: section 4.2 as it is.
  package static func study(
    _ network: NetworkConfiguration, at budget: Budget, seed: UInt64
  ) -> RunConfiguration {
    var network = network
    if budget == .seconds { network.width /= 2 }
    var run = RunConfiguration(
      network: network, dataset: .study(at: budget), schedule: .study(at: budget))
    run.recording = .study(at: budget)
    run.seed = seed
    if budget >= .night, network.depth >= 110 { run.schedule.warmUp = .init() }
    return run
  }

  /// The same for a network of the CIFAR family.
  package static func study(
    _ kind: NetworkConfiguration.Kind, depth: Int, at budget: Budget, seed: UInt64
  ) -> RunConfiguration {
    study(NetworkConfiguration(kind, depth: depth), at: budget, seed: seed)
  }
}

extension RecordingSchedule {
  /// The first and the last step alone, for experiments of many runs of deep networks.
  static func ends(of schedule: LearningRateSchedule) -> RecordingSchedule {
    let part = max(schedule.iterations / 18, 25)
    return RecordingSchedule(
      dense: 0, interval: schedule.iterations, evaluationInterval: part, lossInterval: part)
  }
}

extension [RunConfiguration] {
  /// Plain and residual networks of each depth, in pairs that differ in their shortcuts alone: the
  /// same initial weights, the same mini-batches.
  static func twins(depths: [Int], at budget: Budget, seed: UInt64) -> [RunConfiguration] {
    depths.flatMap { depth in
      NetworkConfiguration.Kind.allCases.map { kind in
        RunConfiguration.study(kind, depth: depth, at: budget, seed: seed)
      }
    }
  }
}

extension DatasetConfiguration {
  package static func study(at budget: Budget) -> DatasetConfiguration {
    switch budget {
    case .seconds: DatasetConfiguration(.fashionMNIST, imageSize: 14, evaluationImages: 1024)
    case .minutes, .hours: DatasetConfiguration(.cifar10, imageSize: 16, evaluationImages: 1000)
    case .night: DatasetConfiguration(.cifar10, heldOutImages: 5000)
    case .paper: DatasetConfiguration(.cifar10)
    }
  }
}

extension LearningRateSchedule {
  package static func study(at budget: Budget) -> LearningRateSchedule {
    switch budget {
    case .seconds: LearningRateSchedule(base: 0.1, iterations: 250)
    case .minutes:
      LearningRateSchedule(base: 0.1, ramp: 117, annealing: .cosine, iterations: 1170)
    case .hours:
      LearningRateSchedule(base: 0.1, ramp: 390, annealing: .cosine, iterations: 7800)
    case .night:
      LearningRateSchedule(
        base: 0.1, drops: [Drop(at: 8000), Drop(at: 12_000)], iterations: 16_000)
    case .paper: .paper
    }
  }
}

extension RecordingSchedule {
  /// Often in the first steps, where gradients change most, and ever more rarely: deep networks have
  /// long records.
  package static func study(at budget: Budget) -> RecordingSchedule {
    switch budget {
    case .seconds: RecordingSchedule(dense: 8, interval: 250, perDecade: 10)
    case .minutes:
      RecordingSchedule(
        dense: 2, interval: 1170, perDecade: 4, evaluationInterval: 65, lossInterval: 10)
    case .hours:
      RecordingSchedule(
        dense: 2, interval: 7800, perDecade: 6, evaluationInterval: 195, lossInterval: 40)
    case .night:
      RecordingSchedule(
        dense: 20, interval: 1600, perDecade: 12, evaluationInterval: 400, lossInterval: 20)
    case .paper:
      RecordingSchedule(
        dense: 20, interval: 1600, perDecade: 16, evaluationInterval: 400, lossInterval: 20)
    }
  }
}
