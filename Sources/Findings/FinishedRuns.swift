package import Experiments
package import Records

/// Finished runs of an experiment that figures can show: which budget they are of, and how the names of
/// those figures end.
package struct FinishedRuns: Sendable {
  package let experiment: Experiment
  package let budget: Budget
  /// Of as many seeds, counted from 0, as are complete; where those are not all that the plan has, every run
  /// of it that there is.
  package let records: [RunRecord]
  /// Nothing if the figures show the most that there is.
  package let suffix: String

  package init(
    experiment: Experiment, budget: Budget, records: [RunRecord], suffix: String = ""
  ) {
    self.experiment = experiment
    self.budget = budget
    self.records = records
    self.suffix = suffix
  }

  /// What figures are drawn from.
  package var comparison: Comparison { Comparison(records, command: command) }

  /// How many runs of the plan there are no records of.
  package var missing: Int {
    let planned = experiment.plan(at: budget)?.runs() ?? []
    return max(0, planned.count - records.count)
  }

  /// What makes the records.
  private var command: String {
    let seeds = Set(records.map(\.seed)).count
    let plan = experiment.plan(at: budget)
    func isSynthetic(_ run: RunConfiguration?) -> Bool { run?.dataset.name == .synthetic }
    let isChanged =
      records.contains { isSynthetic($0.run.configuration) }
      && plan?.runs(ofSeed: 0).contains(where: isSynthetic) == false
    return "gradflow run \(experiment.arguments)"
      + (experiment.plans.count > 1 ? " --budget \(budget.rawValue)" : "")
      + (isChanged ? " --data synthetic" : "")
      + (seeds == plan?.seeds ? "" : " --seeds \(seeds)")
  }
}

extension RecordStore {
  /// The finished runs that an experiment's figures show: those of the largest budget that has all of
  /// its seeds, or else of the largest that has some, on its own images before synthetic ones; or those
  /// of a given budget. Nil where there are none.
  package func finishedRuns(
    of experiment: Experiment, at budget: Budget? = nil
  ) throws(RecordError) -> FinishedRuns? {
    guard
      let plan = plansWithRecords(of: experiment).first(where: { budget ?? $0.budget == $0.budget })
    else { return nil }
    return try finishedRuns(of: experiment, plan)
  }

  /// All that an experiment has to show: the same, and where a larger budget has begun, behind it what there is
  /// of that.
  package func allFinishedRuns(of experiment: Experiment) throws(RecordError) -> [FinishedRuns] {
    guard let first = try finishedRuns(of: experiment) else { return [] }
    let larger = plansWithRecords(of: experiment).filter { $0.budget > first.budget }
    guard let most = larger.max(by: { $0.budget < $1.budget }),
      let other = try finishedRuns(of: experiment, most)
    else { return [first] }
    return [first, other]
  }

  /// The finished runs of a plan: of as many seeds as are complete, or else all, if of the first seed more than
  /// half are there and what is missing are further depths. Nil otherwise.
  package func finishedRuns(
    of experiment: Experiment, _ plan: Experiment.Plan
  ) throws(RecordError) -> FinishedRuns? {
    let runs = runsWithRecords(of: plan)
    guard !runs.isEmpty else { return nil }
    let most = plansWithRecords(of: experiment).first
    let isMost = most.map { $0.runs(ofSeed: 0) == plan.runs(ofSeed: 0) } ?? true
    let isSynthetic = plan.runs(ofSeed: 0).contains { $0.dataset.name == .synthetic }
    let budget = isMost ? "" : "-\(plan.budget.rawValue)\(isSynthetic ? "-synthetic" : "")"
    var records: [RunRecord] = []
    for run in runs { records.append(try load(run)) }
    return FinishedRuns(
      experiment: experiment, budget: plan.budget, records: records,
      suffix: budget + experiment.settingsSuffix)
  }

  /// The plans that figures can be drawn of, the one with the most to show first.
  private func plansWithRecords(of experiment: Experiment) -> [Experiment.Plan] {
    let plans = Array(experiment.plans.reversed())
    return [plans, plans.map(\.onSyntheticImages)].flatMap { plans in
      let seeds = plans.map { completeSeeds(of: $0).count }
      let complete = plans.indices.filter { seeds[$0] >= plans[$0].seeds }
      let begun = plans.indices.filter { (1..<max(1, plans[$0].seeds)).contains(seeds[$0]) }
      let other = plans.indices.filter { seeds[$0] == 0 && !runsWithRecords(of: plans[$0]).isEmpty }
      return (complete + begun + other).map { plans[$0] }
    }
  }

  /// The runs of a plan that figures show.
  private func runsWithRecords(of plan: Experiment.Plan) -> [RunConfiguration] {
    let complete = completeSeeds(of: plan)
    // Laboratories measure some runs and not others: there is no telling which of them are missing.
    if complete.count >= plan.seeds || plan.measurement != nil { return complete.flatMap { $0 } }
    let first = plan.runs(ofSeed: 0)
    let there = first.filter(has)
    // Of a comparison of different networks one that is missing leaves a hole, of a sweep of depths a shorter sweep.
    let kinds = Set(there.map(\.network.ofAnyDepth))
    guard 2 * there.count > first.count, kinds == Set(first.map(\.network.ofAnyDepth)) else {
      return []
    }
    return plan.runs().filter(has)
  }

  /// The runs of a plan that a condition holds for, of as many seeds, counted from 0, as all of them are
  /// finished, and measured where the plan measures something: all for which there is something to measure.
  package func completeSeeds(
    of plan: Experiment.Plan, where isMeant: (RunConfiguration) -> Bool = { _ in true }
  ) -> [[RunConfiguration]] {
    var complete: [[RunConfiguration]] = []
    for seed in 0..<UInt64.max {
      let runs = plan.runs(ofSeed: seed).filter(isMeant)
      guard !runs.isEmpty, runs.allSatisfy(has) else { break }
      if let measurement = plan.measurement {
        guard runs.contains(where: { has(measurement, of: $0) }) else { break }
      }
      complete.append(runs)
    }
    return complete
  }
}

extension Experiment {
  /// What the names of figures end in where settings differ: `-base-0.05`.
  package var settingsSuffix: String {
    settings.map { assignment in
      let key = assignment.setting.key.split(separator: ".").last ?? ""
      let value = assignment.value.lowercased().map {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-"
      }
      return "-\(key)-\(String(value.prefix(40)))"
    }.joined()
  }
}

extension NetworkConfiguration {
  /// What it is but for its depth.
  fileprivate var ofAnyDepth: NetworkConfiguration {
    var other = self
    other.depth = 0
    return other
  }
}
