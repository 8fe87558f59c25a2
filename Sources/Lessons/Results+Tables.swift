import Experiments
import Figures
import Findings
import Records
import Wording

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
    let table = planned.experiment.results
    let columns = table.columns
    let paper = columns.contains(.evaluationError) ? paperTitle(planned.plan) : nil
    let header =
      [table.rowTitle] + [paper].compactMap(\.self) + columns.map { "reference run: \($0.title)" }
      + columns.map { "\(yours): \($0.title)" }
    let rows = try table.rows(of: planned.plan).map { row -> [String] in
      let references = try records(of: planned.plan, in: reference, where: row.isMeant)
      let owns = try own.map { try records(of: $0.1, in: $0.0, where: row.isMeant) } ?? []
      return [row.title]
        + (paper == nil
          ? [] : [row.network.flatMap(PaperResults.error(of:)).map { fixed($0, places: 2) } ?? "–"])
        + columns.map { $0.text(references, row) } + columns.map { $0.text(owns, row) }
    }
    let alignment = ["---"] + header.dropFirst().map { _ in "--:" }
    return ([header, alignment] + rows).map { "| \($0.joined(separator: " | ")) |" }
  }
}

/// The title of the column of the paper's errors; nil where runs see images that the paper has no errors
/// for.
private func paperTitle(_ plan: Experiment.Plan) -> String? {
  guard let run = plan.runs(ofSeed: 0).first, run.dataset.name == .cifar10 else { return nil }
  return "paper\(run.network.family == .imageNet ? ", ImageNet" : ""): test error (%)"
}
