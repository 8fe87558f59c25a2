extension Experiment {
  /// The figures that the paper argues about but does not draw: the gradients of twins while they
  /// learn.
  package static let gradientFlow = Experiment(
    name: "gradient-flow",
    question: "How large are the gradients of every layer while plain and residual twins learn?",
    results: ResultTable(.trainingError, .gradientRatio),
    plans: [
      Plan(
        .seconds, cost: "about 1½ minutes",
        shows: "Shows the gradients of the first 250 steps, where they change the most.", seeds: 2
      ) { seed in .twins(depths: [20, 56], at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 6 minutes",
        shows: "Shows the gradients of three epochs of CIFAR-10, for one seed."
      ) { seed in .twins(depths: [20, 56], at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 2 hours",
        shows: "Shows the gradients of 20 epochs, with a spread over three seeds.", seeds: 3
      ) { seed in .twins(depths: [20, 56], at: .hours, seed: seed) },
      Plan(
        .night, cost: "about 15 hours",
        shows:
          "Shows the gradients of the paper's own trainings but for a quarter of their steps, with "
          + "a spread over three seeds.", seeds: 3
      ) { seed in .twins(depths: [20, 56], at: .night, seed: seed) },
      Plan(
        .paper, cost: "about a day", shows: "Shows the gradients of the paper's own trainings."
      ) { seed in .twins(depths: [20, 56], at: .paper, seed: seed) },
    ])
}
