extension Experiment {
  /// One thing changed at a time in a deep plain network that learns badly: which change lets it learn?
  ///
  /// It begins with the full rate. What else there is, is that of the other experiments.
  package static let ladder = Experiment(
    name: "ladder",
    question: "What makes a plain network of 56 layers learn?",
    results: ResultTable(.trainingError, .evaluationError, .gradientRatio),
    plans: [
      Plan(
        .seconds, cost: "about two minutes",
        shows: "Shows the first 250 steps, in which some changes help and others cost time."
      ) { seed in rungs(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 20 minutes a seed",
        shows: "Shows three epochs of CIFAR-10: who learns at all, and how fast.", seeds: 3
      ) { seed in rungs(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 2 hours a seed",
        shows: "Shows 20 epochs of CIFAR-10: which differences stay."
      ) { seed in rungs(at: .hours, seed: seed) },
    ])
}

/// The networks beside which the others are measured, then each rung.
private func rungs(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  func study(_ kind: NetworkConfiguration.Kind, depth: Int = 56) -> RunConfiguration {
    var run = RunConfiguration.study(kind, depth: depth, at: budget, seed: seed)
    run.schedule.ramp = nil
    return run
  }
  func changed(_ change: (inout RunConfiguration) -> Void) -> RunConfiguration {
    var run = study(.plain)
    change(&run)
    return run
  }
  let ramp = LearningRateSchedule.study(at: budget).ramp ?? 100
  var residual = study(.residual)
  residual.schedule.ramp = ramp
  let short = [
    study(.plain, depth: 20),
    study(.plain),
    changed { $0.schedule.ramp = ramp },
    changed { $0.optimizer.clipping = 1 },
    changed { $0.schedule.base /= 10 },
    changed { $0.optimizer.keepsNorms = true },
    changed { $0.network.activation = .tanh },
    changed {
      // At the full rate its loss is soon no number.
      $0.network.normalization = .none
      $0.initialization = .identity
      $0.schedule.base /= 10
    },
    changed {
      $0.network.normalization = .none
      $0.network.activation = .tanh
      $0.initialization = .deltaOrthogonal
    },
    study(.residual),
    residual,
  ]
  guard budget > .seconds else { return short }
  let long = [
    changed { $0.schedule.iterations *= 3 },
    changed { $0.initialization = .xavier },
    changed { $0.network.width /= 2 },
  ]
  return (short + long).map { run in
    var run = run
    run.recording = .ends(of: run.schedule)
    return run
  }
}
