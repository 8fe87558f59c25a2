package import Experiments
package import Records
import Wording

/// A row of a table of results: which runs it is about.
package struct ResultRow {
  package let title: String
  /// Nil where the row is about several.
  package let network: NetworkConfiguration?
  /// On the gradients at initialization, of those that count.
  package let verdict: Diagnosis.Verdict?
  package let isMeant: (RunConfiguration) -> Bool
}

extension ResultTable {
  package func rows(of plan: Experiment.Plan) -> [ResultRow] {
    switch rows {
    case .networks: rowsOfNetworks(plan.runs(ofSeed: 0))
    case .verdicts:
      Normalization.allCases.flatMap { normalization in
        // None of these networks has a branch that begins at zero.
        Diagnosis.Verdict.allCases.filter { $0 != .closedAtStart }.map { verdict in
          ResultRow(
            title: "\(verdict.rawValue), "
              + (normalization == .batch ? "batch normalization" : "no normalization"),
            network: nil, verdict: verdict
          ) { $0.network.normalization == normalization }
        }
      }
    }
  }

  /// Runs of one network that differ in more than their seeds have a row each.
  private func rowsOfNetworks(_ runs: [RunConfiguration]) -> [ResultRow] {
    zip(runs, runs.labels).sorted { $0.0.network.depth < $1.0.network.depth }.map { run, label in
      ResultRow(title: label, network: run.network, verdict: nil) { $0.isSame(as: run) }
    }
  }

  /// What stands above the names of the rows.
  package var rowTitle: String {
    rows == .verdicts ? "gradients at initialization" : "network"
  }
}

extension ResultTable.Column {
  package var title: String {
    switch self {
    case .trainingError: "training error (%)"
    case .evaluationError: "test error (%)"
    case .growth(let step): step == 0 ? "growth per layer at initialization" : "after one step"
    case .networks: "networks"
    case .learning: "of which learn"
    case .gradientRatio: "‖∇‖·‖w‖, first ÷ last, at initialization → at the end"
    case .response: "mean response"
    }
  }

  /// The number of the runs of a row; a dash where there are none.
  package func text(_ records: [RunRecord], _ row: ResultRow) -> String {
    guard !records.isEmpty else { return "–" }
    switch self {
    case .trainingError: return Quantity.trainingError.spreadText(records)
    case .evaluationError: return Quantity.evaluationError.spreadText(records)
    case .growth(let step):
      return GrowthFit(records, at: step).map { fixed($0.factor, places: 3) } ?? "none"
    case .networks: return "\(regimes(records, row).count)"
    case .learning: return "\(regimes(records, row).count(where: \.learns))"
    case .gradientRatio:
      return "\(Quantity.firstRelativeRatio.text(records)) → "
        + Quantity.lastRelativeRatio.text(records)
    case .response: return Quantity.response.text(records)
    }
  }

  private func regimes(_ records: [RunRecord], _ row: ResultRow) -> [Regime] {
    [Regime](records).filter { $0.diagnosis?.verdict == row.verdict }
  }
}
