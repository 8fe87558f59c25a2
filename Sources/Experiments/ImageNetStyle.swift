extension Experiment {
  /// The paper's figure 4 and table 2: the networks for ImageNet, narrowed, on smaller images.
  ///
  /// The shortcuts are those of option A, so that twins have the same parameters, as in table 2.
  package static let imageNetStyle = Experiment(
    name: "imagenet-style",
    question: "Do the paper's networks for ImageNet show the same at 18 and 34 layers?",
    plans: [
      Plan(
        .seconds, cost: "about half a minute",
        shows: "Shows how the four networks begin to learn, an eighth as wide as the paper's."
      ) { seed in runs(at: .seconds, width: 8, seed: seed) },
      Plan(
        .minutes, cost: "about 10 minutes",
        shows: "Shows the four networks after three epochs of CIFAR-10, a quarter as wide as the "
          + "paper's; ImageNet itself has 25 times as many images, of 49 times as many pixels."
      ) { seed in runs(at: .minutes, width: 16, seed: seed) },
      Plan(
        .hours, cost: "about an hour",
        shows:
          "Shows the four networks after 20 epochs of CIFAR-10, a quarter as wide as the paper's "
          + "and with a first convolution without a stride, so that the last stage sees 2×2 pixels."
      ) { seed in runs(at: .hours, width: 16, stemStride: 1, seed: seed) },
    ])
}

private func runs(
  at budget: Budget, width: Int, stemStride: Int? = nil, seed: UInt64
) -> [RunConfiguration] {
  [18, 34].flatMap { depth in
    NetworkConfiguration.Kind.allCases.map { kind in
      var network = NetworkConfiguration(kind, depth: depth, width: width, family: .imageNet)
      if kind == .residual { network.shortcut = .zeroPadding }
      network.stemStride = stemStride
      var run = RunConfiguration.study(network, at: budget, seed: seed)
      run.network.width = width
      // The first two layers halve the resolution twice, or once, and three stages each once.
      run.dataset.imageSize = nil
      return run
    }
  }
}
