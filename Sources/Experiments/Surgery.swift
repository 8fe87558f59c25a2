extension Experiment {
  /// Residual networks whose shortcuts were weakened, gated, replaced or moved (He et al. 2016,
  /// arXiv:1603.05027, table 1 and 2), or whose branches begin at nothing.
  package static let surgery = Experiment(
    name: "surgery",
    question: "How much shortcut is needed?",
    results: ResultTable(.trainingError, .evaluationError, .gradientRatio),
    plans: [
      Plan(
        .seconds, cost: "about a minute and a half",
        shows: "Shows 20 layers over 250 steps: too shallow for most operations to be felt."
      ) { seed in operations(depth: 20, at: .seconds, seed: seed) },
      Plan(
        .minutes, cost: "about 30 minutes, and 10 for each further seed",
        shows: "Shows 56 layers over three epochs of CIFAR-10.", seeds: 3
      ) { seed in operations(depth: 56, at: .minutes, seed: seed) },
      Plan(
        .hours, cost: "about 3 hours, and one for each further seed",
        shows: "Shows 56 layers over 20 epochs of CIFAR-10."
      ) { seed in operations(depth: 56, at: .hours, seed: seed) },
    ])
}

/// The constant factors of shortcuts, 1 among them.
private let factors = [0, 0.25, 0.5, 0.75, 1, 1.25]

/// Later seeds have the constant factors alone.
private func operations(depth: Int, at budget: Budget, seed: UInt64) -> [RunConfiguration] {
  func run(_ change: (inout NetworkConfiguration) -> Void) -> RunConfiguration {
    var run = RunConfiguration.study(.residual, depth: depth, at: budget, seed: seed)
    change(&run.network)
    if budget > .seconds { run.recording = .ends(of: run.schedule) }
    return run
  }
  let scaled = factors.map { factor in
    run { $0.combination = factor == 1 ? nil : .scaled(shortcut: factor, branch: 1) }
  }
  if seed > 0 { return scaled }
  let joined: [Combination] = [
    .scaled(shortcut: 0.5, branch: 0.5), .gated(bias: 6), .gatedShortcut(bias: 0),
    .gatedShortcut(bias: 6), .dropout(0.5), .zeroScale, .learnedScale,
  ]
  let orders: [BlockOrder] = [
    .normalizedAddition, .activatedBranch, .activationFirst, .preActivation,
  ]
  return scaled + joined.map { combination in run { $0.combination = combination } }
    + [run { $0.shortcut = .projection }] + orders.map { order in run { $0.order = order } }
    + [
      run {
        $0.normalization = .none
        $0.combination = .fixup
      }
    ]
}
