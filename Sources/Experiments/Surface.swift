extension Experiment {
  /// What the loss looks like around the weights that a training ended with (Li et al. 2018,
  /// arXiv:1712.09913).
  package static let surface = Experiment(
    name: "surface",
    question: "What does the loss look like around where training ended?",
    plans: [
      Plan(
        .seconds, cost: "about two minutes",
        shows: "Shows networks that have hardly begun to learn, at few places.",
        measurement: .surface(side: 13, images: 512)
      ) { seed in networks(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 25 minutes", shows: "Shows three epochs of CIFAR-10.",
        measurement: .surface(side: 21, images: 1024)
      ) { seed in networks(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about an hour and a half", shows: "Shows 20 epochs of CIFAR-10.",
        measurement: .surface(side: 21, images: 1024)
      ) { seed in networks(at: .hours, seed: seed) },
    ])
}

private func networks(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  [
    NetworkConfiguration(.plain, depth: 20), NetworkConfiguration(.plain, depth: 56),
    NetworkConfiguration(.residual, depth: 56),
  ].map { network in
    var run = RunConfiguration.study(network, at: budget, seed: seed)
    if budget > .seconds { run.recording = .ends(of: run.schedule) }
    return run
  }
}
