extension Experiment {
  /// What a gradient meets on its way through a network that has learnt nothing yet.
  package static let gradientAtInit = Experiment(
    name: "gradient-at-init",
    question: "By which factor does the gradient grow at each layer before training, and after one "
      + "step of it?",
    results: ResultTable(.growth(step: 0), .growth(step: 1)),
    plans: [
      Plan(
        .seconds, cost: "about half a minute",
        shows: "Shows the growth from 20 to 1202 layers, on narrow networks and small images; "
          + "nothing is trained."
      ) { seed in runs(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 2 minutes",
        shows: "Shows the growth at the paper's width, up to 110 layers for three seeds.", seeds: 3
      ) { seed in runs(at: .minutes, seed: seed) },
    ])
}

private func runs(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  let depths = [20, 32, 44, 56, 110] + (seed == 0 ? [1202] : [])
  return depths.flatMap { depth in
    NetworkConfiguration.Kind.allCases.map { kind in
      var run = RunConfiguration.study(kind, depth: depth, at: budget, seed: seed)
      // Step 0 sees the network as it is drawn, step 1 what one update made of it.
      run.schedule = LearningRateSchedule(base: 0.1, iterations: 2)
      run.recording = RecordingSchedule(dense: 2, interval: 2, evaluationInterval: 2)
      run.dataset.evaluationImages = 128
      return run
    }
  }
}
