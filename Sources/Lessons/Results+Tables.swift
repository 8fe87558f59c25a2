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
    let referenceRows = table.rows(of: planned.plan)
    let ownRows = own.map { table.rows(of: $0.1) } ?? []
    let rows = try referenceRows.indices.map { index -> [String] in
      let row = referenceRows[index]
      let references = try records(of: planned.plan, in: reference, where: row.isMeant)
      let counterpart = ownRows.counterpart(of: index, in: referenceRows)
      let owns =
        try own.flatMap { own in
          try counterpart.map { try records(of: own.1, in: own.0, where: $0.isMeant) }
        } ?? []
      return [row.title]
        + (paper == nil
          ? [] : [row.network.flatMap(PaperResults.error(of:)).map { fixed($0, places: 2) } ?? "–"])
        + columns.map { $0.text(references, row) } + columns.map { $0.text(owns, row) }
    }
    let alignment = ["---"] + header.dropFirst().map { _ in "--:" }
    return ([header, alignment] + rows).map { "| \($0.joined(separator: " | ")) |" }
  }
}

extension [ResultRow] {
  /// The row that is to a plan of another budget what one is to its own: of the same network, the first, second
  /// and so on of those that are.
  fileprivate func counterpart(of index: Int, in others: [ResultRow]) -> ResultRow? {
    let name = others[index].network?.name
    let place = others[..<index].count { $0.network?.name == name }
    return filter { $0.network?.name == name }.dropFirst(place).first
  }
}

/// The title of the column of the paper's errors; nil where runs see images that the paper has no errors
/// for.
private func paperTitle(_ plan: Experiment.Plan) -> String? {
  guard let run = plan.runs(ofSeed: 0).first, run.dataset.name == .cifar10 else { return nil }
  return "paper\(run.network.family == .imageNet ? ", ImageNet" : ""): test error (%)"
}
