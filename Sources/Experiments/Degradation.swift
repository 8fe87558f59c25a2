extension Experiment {
  /// The paper's figure 1: a plain network and a deeper one.
  package static let degradation = Experiment(
    name: "degradation",
    question: "Does a deeper plain network have a higher error, in training too?",
    plans: Budget.allCases.map { budget in
      let (cost, shows, seeds) = degradationTerms(budget)
      return Plan(budget, cost: cost, shows: shows, seeds: seeds) { seed in
        [20, 56].map { .study(.plain, depth: $0, at: budget, seed: seed) }
      }
    })
}

private func degradationTerms(_ budget: Budget) -> (cost: String, shows: String, seeds: Int) {
  switch budget {
  case .seconds:
    ("about 20 seconds", "Shows the order; both networks have hardly begun to learn.", 1)
  case .minutes:
    ("about 5 minutes", "Shows the order on CIFAR-10; neither network has finished learning.", 1)
  case .hours:
    ("about an hour", "Shows the order after 20 epochs, with a spread over three seeds.", 3)
  case .night:
    (
      "about 7 hours",
      "Shows figure 1 as it is in the paper but for a quarter of its steps, with a spread over three "
        + "seeds.", 3
    )
  case .paper: ("about 11 hours", "Shows figure 1 as it is in the paper.", 1)
  }
}
