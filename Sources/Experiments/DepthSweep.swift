extension Experiment {
  /// The paper's figure 6, left and middle, and table 6: depth after depth, without and with
  /// shortcuts.
  package static let depthSweep = Experiment(
    name: "depth-sweep",
    question: "How does the error change with depth, without and with shortcuts?",
    plans: [
      Plan(
        .seconds, cost: "about a minute",
        shows: "Shows plain networks getting worse with depth; too short for deeper residual "
          + "networks to get better."
      ) { seed in .twins(depths: [20, 32, 44, 56], at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 10 minutes",
        shows:
          "Shows plain networks getting worse with depth on CIFAR-10; three epochs are too few "
          + "for deeper residual networks to get better."
      ) { seed in .twins(depths: [20, 32, 44, 56], at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 3 hours",
        shows:
          "Shows both orders after 20 epochs; 20 and 56 layers with a spread over three seeds, "
          + "the others with one.", seeds: 3
      ) { seed in
        .twins(depths: seed == 0 ? [20, 56, 110, 32, 44] : [20, 56], at: .hours, seed: seed)
      },
      Plan(
        .night, cost: "about 25 hours",
        shows: "Shows figure 6 and table 6 at the paper's own size but for a quarter of its steps; "
          + "20 and 56 layers with a spread over three seeds, the others with one.", seeds: 3
      ) { seed in
        .twins(depths: seed == 0 ? [20, 56, 110, 32, 44] : [20, 56], at: .night, seed: seed)
      },
      Plan(
        .paper, cost: "about three days",
        shows: "Shows figure 6 and table 6 as they are in the paper, but for 1202 layers."
      ) { seed in
        .twins(depths: [20, 32, 44, 56], at: .paper, seed: seed) + [
          .study(.residual, depth: 110, at: .paper, seed: seed)
        ]
      },
    ])
}
