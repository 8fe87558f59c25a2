import Experiments
import Figures
import Records

extension Results {
  /// What came of an experiment: the paper's numbers, the reference's, and a learner's own.
  func table(_ planned: PlannedExperiment) throws -> [String] {
    let hasReference = try !records(of: planned.plan, in: reference) { _ in true }.isEmpty
    guard hasReference else {
      throw ResultError.missing(planned.experiment.name, command: planned.command)
    }
    let own = try own.flatMap { store in
      try planned.experiment.plans.reversed().first { plan in
        try !records(of: plan, in: store) { _ in true }.isEmpty
      }.map { (store, $0) }
    }
    let yours = own.map { "your run (\($0.1.budget.rawValue))" } ?? "your run"
    let columns = Column.of(planned.experiment)
    let paper = columns.contains(.test) ? paperTitle(planned.plan) : nil
    let header =
      [planned.experiment.name == "regimes" ? "gradients at initialization" : "network"]
      + [paper].compactMap(\.self) + columns.map { "reference run: \($0.title)" }
      + columns.map { "\(yours): \($0.title)" }
    let rows = try rows(planned).map { row -> [String] in
      let references = try records(of: planned.plan, in: reference, where: row.isMeant)
      let owns = try own.map { try records(of: $0.1, in: $0.0, where: row.isMeant) } ?? []
      return [row.title] + (paper == nil ? [] : [publishedError(row.network)])
        + columns.map { $0.text(references, row) } + columns.map { $0.text(owns, row) }
    }
    let alignment = ["---"] + header.dropFirst().map { _ in "--:" }
    return ([header, alignment] + rows).map { "| \($0.joined(separator: " | ")) |" }
  }

  private func rows(_ planned: PlannedExperiment) throws -> [Row] {
    if planned.experiment.name == "regimes" {
      return Normalization.allCases.flatMap { normalization in
        // None of these networks has a branch that begins at zero.
        Diagnosis.Verdict.allCases.filter { $0 != .closedAtStart }.map { verdict in
          Row(
            title: "\(verdict.rawValue), "
              + (normalization == .batch ? "batch normalization" : "no normalization"),
            network: nil, verdict: verdict
          ) { $0.network.normalization == normalization }
        }
      }
    }
    var names: [String] = []
    let runs = planned.plan.runs(ofSeed: 0)
    for run in runs where !names.contains(run.network.name) { names.append(run.network.name) }
    func depth(_ name: String) -> Int {
      runs.first { $0.network.name == name }?.network.depth ?? 0
    }
    return names.sorted { depth($0) < depth($1) }.map { name in
      Row(
        title: name, network: runs.first { $0.network.name == name }?.network, verdict: nil
      ) { $0.network.name == name }
    }
  }
}

/// The title of the column of the paper's errors; nil where runs see images that the paper has no errors
/// for.
private func paperTitle(_ plan: Experiment.Plan) -> String? {
  guard let run = plan.runs(ofSeed: 0).first, run.dataset.name == .cifar10 else { return nil }
  return "paper\(run.network.family == .imageNet ? ", ImageNet" : ""): test error (%)"
}

/// The error that the paper prints for a network; its plain networks of the CIFAR family are drawn, not
/// printed.
private func publishedError(_ network: NetworkConfiguration?) -> String {
  guard let network else { return "–" }
  let value: Double? =
    switch network.family {
    case .cifar:
      network.kind == .residual ? PaperResults.cifarTestError[network.depth] : nil
    case .imageNet: PaperResults.imageNetError(network.kind, depth: network.depth)
    case .vgg, .notes: nil
    }
  return value.map { fixed($0, places: 2) } ?? "–"
}

/// A row of a table of results: which runs it is about.
struct Row {
  let title: String
  let network: NetworkConfiguration?
  let verdict: Diagnosis.Verdict?
  let isMeant: (RunConfiguration) -> Bool
}

/// A number of every row.
private enum Column: Equatable {
  case training, test, growth(Int), cells, learning, ratio, response

  /// What the results of an experiment are.
  static func of(_ experiment: Experiment) -> [Column] {
    switch experiment.name {
    case "gradient-at-init": [.growth(0), .growth(1)]
    case "regimes": [.cells, .learning]
    case "gradient-flow", "two-defendants": [.training, .ratio]
    case "layer-responses": [.training, .response]
    default: [.training, .test]
    }
  }

  var title: String {
    switch self {
    case .training: "training error (%)"
    case .test: "test error (%)"
    case .growth(let step): step == 0 ? "growth per layer at initialization" : "after one step"
    case .cells: "networks"
    case .learning: "of which learn"
    case .ratio: "gradient, first ÷ last, at initialization → at the end"
    case .response: "mean response"
    }
  }

  func text(_ records: [RunRecord], _ row: Row) -> String {
    guard !records.isEmpty else { return "–" }
    func spread(_ quantity: Quantity) -> String {
      let spread = Spread(records.map(quantity.number))
      return plain(spread.mean) + (records.count > 1 ? " ± \(plain(spread.deviation))" : "")
    }
    switch self {
    case .training: return spread(.trainingError)
    case .test: return spread(.evaluationError)
    case .growth(let step):
      return GrowthFit(records, at: step).map { fixed($0.factor, places: 3) } ?? "none"
    case .cells: return "\(cells(records, row).count)"
    case .learning: return "\(cells(records, row).count(where: \.learns))"
    case .ratio:
      return "\(Quantity.firstRatio.text(records)) → \(Quantity.lastRatio.text(records))"
    case .response: return Quantity.response.text(records)
    }
  }

  private func cells(_ records: [RunRecord], _ row: Row) -> [RegimeCell] {
    records.filter { $0.configuration.seed == 0 }.map(RegimeCell.init).filter {
      $0.diagnosis?.verdict == row.verdict
    }
  }
}
