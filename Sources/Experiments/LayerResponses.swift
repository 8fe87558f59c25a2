extension Experiment {
  /// The paper's figure 7: how strongly each layer responds once the networks are trained.
  package static let layerResponses = Experiment(
    name: "layer-responses",
    question:
      "Do the layers of residual networks respond less, and less the more of them there are?",
    results: ResultTable(.trainingError, .response),
    plans: [
      Plan(
        .seconds, cost: "about half a minute",
        shows: "Shows the responses of networks that have hardly begun to learn."
      ) { seed in .twins(depths: [20, 56], at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 6 minutes", shows: "Shows the responses after three epochs."
      ) { seed in .twins(depths: [20, 56], at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 2½ hours",
        shows: "Shows the responses after 20 epochs; 20 and 56 layers with a spread over three "
          + "seeds, 110 with one.", seeds: 3
      ) { seed in
        responding(at: .hours, seed: seed)
      },
      Plan(
        .night, cost: "about 17 hours",
        shows: "Shows figure 7 at the paper's own size but for a quarter of its steps; 20 and "
          + "56 layers with a spread over three seeds, 110 with one.", seeds: 3
      ) { seed in
        responding(at: .night, seed: seed)
      },
      Plan(
        .paper, cost: "about 35 hours",
        shows: "Shows figure 7 as it is in the paper, with the 110-layer network."
      ) { seed in
        responding(at: .paper, seed: seed)
      },
    ])
}

/// The networks of the paper's figure 7: twins of 20 and 56 layers, and of 110 the residual one, in
/// shortened trainings with one seed.
private func responding(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  .twins(depths: [20, 56], at: budget, seed: seed)
    + (seed == 0 || budget == .paper ? [.study(.residual, depth: 110, at: budget, seed: seed)] : [])
}
