extension Experiment {
  /// Blocks are taken out of trained twins, which are not trained again (Veit et al. 2016).
  package static let lesions = Experiment(
    name: "lesions",
    question: "Which blocks does a trained network need?",
    plans: [
      Plan(
        .seconds, cost: "about a minute", shows: "Shows networks that have hardly begun to learn.",
        measurement: .lesions(draws: 2)
      ) { seed in twins(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 8 minutes", shows: "Shows three epochs of CIFAR-10.",
        measurement: .lesions(draws: 5)
      ) { seed in twins(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about an hour", shows: "Shows 20 epochs of CIFAR-10.",
        measurement: .lesions(draws: 5)
      ) { seed in twins(at: .hours, seed: seed) },
    ])

  /// The gradient is led back through some branches and around the others (Veit et al. 2016).
  package static let paths = Experiment(
    name: "paths",
    question: "Which paths carry the gradient?",
    plans: [
      Plan(
        .seconds, cost: "about a minute", shows: "Shows networks that have hardly begun to learn.",
        measurement: .paths(draws: 3)
      ) { seed in roads(at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 8 minutes", shows: "Shows three epochs of CIFAR-10.",
        measurement: .paths(draws: 20)
      ) { seed in roads(at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about an hour", shows: "Shows 20 epochs of CIFAR-10.",
        measurement: .paths(draws: 20)
      ) { seed in roads(at: .hours, seed: seed) },
    ])
}

/// A network of 56 layers, recorded as those of `ladder` and `surgery` are, so that it is the same run.
private func trained(
  _ kind: NetworkConfiguration.Kind, _ order: BlockOrder, at budget: Budget, seed: UInt64
) -> RunConfiguration {
  var run = RunConfiguration.study(kind, depth: 56, at: budget, seed: seed)
  run.network.order = order
  if budget > .seconds { run.recording = .ends(of: run.schedule) }
  return run
}

private func twins(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  [.plain, .residual].map { trained($0, .postActivation, at: budget, seed: seed) }
}

/// The paper's blocks, and those whose shortcut is the identity to the end.
private func roads(at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  [.postActivation, .preActivation].map { trained(.residual, $0, at: budget, seed: seed) }
}
