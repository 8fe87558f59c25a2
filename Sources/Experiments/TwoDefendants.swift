extension Experiment {
  /// Degradation and vanishing gradients, side by side: which of them is the other?
  ///
  /// The network without normalization is drawn after Glorot and Bengio, under whose scheme a
  /// signal halves at every layer of ReLU; He's scheme was made to prevent that.
  package static let twoDefendants = Experiment(
    name: "two-defendants",
    question: "Is degradation the work of vanishing gradients?",
    results: ResultTable(.trainingError, .gradientRatio),
    plans: [
      Plan(
        .seconds, cost: "about half a minute",
        shows: "Shows both defendants over the first 250 steps."
      ) { seed in court(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 6 minutes",
        shows: "Shows both defendants over three epochs of CIFAR-10."
      ) { seed in court(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 1½ hours", shows: "Shows both defendants over 20 epochs of CIFAR-10."
      ) { seed in court(at: .hours, seed: seed) },
      Plan(
        .paper, cost: "about a day", shows: "Shows both defendants under the paper's own recipe."
      ) { seed in court(at: .paper, seed: seed) },
    ])
}

private func court(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  let deep = [.plain, .residual].map { kind in
    RunConfiguration.study(kind, depth: 56, at: budget, seed: seed)
  }
  let unnormalized = deep.map { run in
    var run = run
    run.network.normalization = .none
    run.initialization = .xavier
    return run
  }
  return [
    .study(.plain, depth: 20, at: budget, seed: seed), deep[0], unnormalized[0], deep[1],
    unnormalized[1],
  ]
}
