extension Experiment {
  /// Twins at two depths on small real images: degradation within a minute and a half.
  ///
  /// The images are averaged to 14×14 and the networks have half the paper's width, so that the
  /// four trainings fit in that time. The learning rate stays at 0.1: there is no time for drops.
  package static let quickstart = Experiment(
    name: "quickstart",
    question: "What happens to a network that is made deeper, without and with shortcuts?",
    plans: [
      Plan(
        .seconds, cost: "about a minute",
        shows: "Shows that the deeper plain network learns worse and its twin does not; too short "
          + "for deeper residual networks to overtake shallower ones."
      ) { seed in
        .twins(depths: [20, 56], at: .seconds, seed: seed)
      }
    ])
}
