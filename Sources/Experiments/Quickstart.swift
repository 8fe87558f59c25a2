extension Experiment {
  /// Twins at two depths on small real images: degradation within a minute and a half.
  ///
  /// The images are averaged to 14×14 and the networks have half the paper's width, so that the
  /// four trainings fit in that time. The learning rate stays at 0.1: there is no time for drops.
  package static let quickstart = Experiment(
    name: "quickstart",
    question: "What happens to a network that is made deeper, without and with shortcuts?",
    cost: "about a minute on two cores; plain and residual, 20 and 56 layers",
    dataset: DatasetConfiguration(.fashionMNIST, imageSize: 14, evaluationImages: 1024),
    runs: { dataset, seed in
      [20, 56].flatMap { depth in
        NetworkConfiguration.Kind.allCases.map { kind in
          var run = RunConfiguration(
            network: NetworkConfiguration(kind, depth: depth, width: 8),
            dataset: dataset,
            schedule: LearningRateSchedule(base: 0.1, iterations: 250))
          run.seed = seed
          return run
        }
      }
    })
}
