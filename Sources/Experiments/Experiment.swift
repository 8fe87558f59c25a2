/// A question and the runs that answer it, at one budget or several.
package struct Experiment: Sendable {
  package let name: String
  /// Where it comes from, as it is asked for: its name in the catalog, or the path of its file.
  package let source: String
  /// What was set differently in all of its runs.
  package private(set) var settings: [Assignment] = []
  /// What the runs are to find out, one sentence.
  package let question: String
  /// What the table of its results has.
  package let results: ResultTable
  /// What is run at each budget, the smallest first; never empty.
  package private(set) var plans: [Plan]

  /// The runs of an experiment at one budget.
  package struct Plan: Sendable {
    package let budget: Budget
    /// Time on two cores, one phrase: `about a minute`.
    package let cost: String
    /// What this budget can show and what it cannot, a sentence or two.
    package let shows: String
    /// The seeds 0 ..< `seeds` are run unless the user says otherwise.
    package let seeds: Int
    /// What is measured of every run once it has finished; nil where its records are all.
    package let measurement: Measurement?
    private let ofSeed: @Sendable (_ seed: UInt64) -> [RunConfiguration]

    /// `runs` gives those of one seed, in the order in which they are trained; later seeds may have
    /// fewer.
    package init(
      _ budget: Budget, cost: String, shows: String, seeds: Int = 1,
      measurement: Measurement? = nil,
      runs: @escaping @Sendable (_ seed: UInt64) -> [RunConfiguration]
    ) {
      self.budget = budget
      self.cost = cost
      self.shows = shows
      self.seeds = seeds
      self.measurement = measurement
      ofSeed = runs
    }

    /// The runs of the seeds 0 ..< `seeds`, each once.
    package func runs(seeds: Int? = nil) -> [RunConfiguration] {
      unique((0..<UInt64(seeds ?? self.seeds)).flatMap { ofSeed($0) })
    }

    /// The same runs on drawn patterns of the same size.
    package var onSyntheticImages: Plan {
      mapped { run in
        guard run.dataset.name != .line else { return run }
        var changed = run
        changed.dataset.name = .synthetic
        changed.dataset.imageSize = run.dataset.side
        return changed
      }
    }

    /// The runs of one seed.
    package func runs(ofSeed seed: UInt64) -> [RunConfiguration] { ofSeed(seed) }

    /// The same runs, each changed alike; those that become equal count once.
    package func mapped(
      _ change: @escaping @Sendable (RunConfiguration) -> RunConfiguration
    ) -> Plan {
      Plan(budget, cost: cost, shows: shows, seeds: seeds, measurement: measurement) { seed in
        unique(ofSeed(seed).map(change))
      }
    }
  }

  package init(
    name: String, source: String? = nil, question: String,
    results: ResultTable = ResultTable(.trainingError, .evaluationError), plans: [Plan]
  ) {
    precondition(!plans.isEmpty, "\(name) has no plan")
    self.results = results
    self.name = name
    self.question = question
    self.plans = plans
    self.source = source ?? name
  }

  /// The plan at a budget; nil where there is none.
  package func plan(at budget: Budget) -> Plan? { plans.first { $0.budget == budget } }
}

extension Experiment {
  /// Every experiment, in the order in which they are best met.
  package static let catalog: [Experiment] = [
    quickstart, degradation, depthSweep, imageNetStyle, layerResponses, gradientAtInit,
    gradientFlow, regimes, twoDefendants, pairedTwins, ladder, surgery, lesions, paths, shattering,
    surface,
  ]

  /// The experiment of a name.
  package static func named(_ name: String) -> Experiment? {
    catalog.first { $0.name == name }
  }
}

extension Experiment {
  /// The same experiment with settings of all of its runs changed; a seed counts from the one that is
  /// set.
  package func setting(_ assignments: [Assignment]) -> Experiment {
    guard !assignments.isEmpty else { return self }
    var changed = self
    changed.plans = plans.map { plan in
      plan.mapped { run in
        var run = run
        let seed = run.seed
        for assignment in assignments { assignment.apply(to: &run) }
        if assignments.contains(where: { $0.setting.key == "seed" }) { run.seed += seed }
        return run
      }
    }
    changed.settings += assignments
    return changed
  }

  /// What stands behind `gradflow run` to ask for it.
  package var arguments: String {
    ([source] + settings.map { "--set \($0)" }).joined(separator: " ")
  }
}

/// The runs in their order, each at its first place.
private func unique(_ runs: [RunConfiguration]) -> [RunConfiguration] {
  var seen: Set<RunConfiguration> = []
  return runs.filter { seen.insert($0).inserted }
}
