extension Experiment {
  /// Every combination of what decides a gradient's size, each with a verdict.
  package static let regimes = Experiment(
    name: "regimes",
    question: "Under which shortcuts, normalization, initialization and nonlinearity do gradients "
      + "vanish, explode or stay healthy, and which networks learn?",
    results: ResultTable(.networks, .learning, rows: .verdicts),
    plans: [
      Plan(
        .seconds, cost: "about 1½ minutes",
        shows: "Shows the 36 combinations at 20 and 56 layers, each after 30 steps."
      ) { seed in grid(at: .seconds, depths: [20, 56], steps: 30, seed: seed) },
      Plan(
        .minutes, cost: "about 10 minutes",
        shows: "Shows the 36 combinations at 20 and 56 layers, each after 120 steps."
      ) { seed in grid(at: .minutes, depths: [20, 56], steps: 120, seed: seed) },
    ])
}

private func grid(
  at budget: Budget, depths: [Int], steps: Int, seed: UInt64
) -> [RunConfiguration] {
  var runs: [RunConfiguration] = []
  for depth in depths {
    for kind in NetworkConfiguration.Kind.allCases {
      for normalization in Normalization.allCases {
        for initialization in [Initialization.he, .xavier, .normal(deviation: 0.01)] {
          for activation in Activation.allCases {
            var run = RunConfiguration.study(kind, depth: depth, at: budget, seed: seed)
            run.network.normalization = normalization
            run.network.activation = activation
            run.initialization = initialization
            run.schedule = LearningRateSchedule(base: 0.1, iterations: steps)
            run.recording = RecordingSchedule(
              dense: 1, interval: steps, evaluationInterval: steps, lossInterval: 2)
            run.dataset.evaluationImages = 256
            run.stopsWhenDiverged = true
            runs.append(run)
          }
        }
      }
    }
  }
  return runs
}
