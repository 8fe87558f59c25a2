extension Experiment {
  /// Twins compared pair by pair: the same initial weights and the same mini-batches, with and
  /// without shortcuts.
  package static let pairedTwins = Experiment(
    name: "paired-twins",
    question:
      "From the same weights and batches, which twin has the lower training error, and when?",
    plans: [
      Plan(
        .seconds, cost: "about 1½ minutes",
        shows: "Shows the difference over 250 steps, for three pairs at each depth.", seeds: 3
      ) { seed in .twins(depths: [20, 56], at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 6 minutes",
        shows: "Shows the difference over three epochs of CIFAR-10, for one pair at each depth."
      ) { seed in .twins(depths: [20, 56], at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 2 hours",
        shows: "Shows the difference over 20 epochs, for three pairs at each depth.", seeds: 3
      ) { seed in .twins(depths: [20, 56], at: .hours, seed: seed) },
      Plan(
        .night, cost: "about 15 hours",
        shows:
          "Shows the difference over the paper's own training but for a quarter of its steps, for "
          + "three pairs at each depth.", seeds: 3
      ) { seed in .twins(depths: [20, 56], at: .night, seed: seed) },
      Plan(
        .paper, cost: "about a day", shows: "Shows the difference over the paper's own training."
      ) { seed in .twins(depths: [20, 56], at: .paper, seed: seed) },
    ])
}
