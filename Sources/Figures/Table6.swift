import Architectures
import Charts
import Experiments
import Records

extension Figure {
  /// The paper's table 6 with our numbers beside it.
  static let table6 = Figure(
    "table-6", summary: "Errors on CIFAR-10 by depth, beside the paper's (table 6).",
    experiment: .depthSweep
  ) { (runs: RunsOfExperiment) -> Picture in
    let depths = Set(runs.networks.map(\.depth)).sorted()
    let rows = depths.map { depth -> [TableDrawing.Cell] in
      let twins = NetworkConfiguration.Kind.allCases.map { runs.network($0, depth: depth) }
      let parameters = twins.compactMap { $0 }.first.map { parameterCount($0, in: runs) }
      let errors = twins.flatMap { network -> [TableDrawing.Cell] in
        guard let network else { return [.init(string: "–"), .init(string: "–")] }
        let color = DiagramShape.WordColor.ink(network.kind == .plain ? .plain : .residual)
        return [
          .init(string: spreadText(runs, network, \.finalTrainingError), color: color),
          .init(string: spreadText(runs, network, \.finalEvaluationError), color: color),
        ]
      }
      let paper = PaperResults.cifarTestError[depth].map { fixed($0, places: 2) } ?? "–"
      return [.init(string: "\(depth)"), .init(string: parameters.map(millions) ?? "–")] + errors
        + [.init(string: paper, color: .muted)]
    }
    let drawing = TableDrawing(
      groups: [
        .init(title: "", columns: ["layers", "parameters"]),
        .init(title: "plain", columns: ["training", "test"], color: .ink(.plain)),
        .init(title: "residual", columns: ["training", "test"], color: .ink(.residual)),
        .init(title: "paper", columns: ["residual, test"], color: .muted),
      ], rows: rows)
    let words = rows.map { row in row.map(\.string).joined(separator: ", ") }
    return .diagram(
      Diagram(
        title: "Errors by depth at the end of training (%)",
        subtitle: "The paper’s column is of its full recipe: its order can be compared, its level "
          + "cannot.",
        caption: runs.caption(
          "Training: mean of the last \(runs.records.first?.finalWindow ?? 0) mini-batches.",
          runs.seedCount > 1 ? "Several seeds: mean ± standard deviation." : "",
          "Paper: He et al. 2015, table 6; it has no plain networks.", showsEvaluation: true),
        alternativeText: "A table with columns layers, parameters, plain training, plain test, "
          + "residual training, residual test, paper’s residual test: "
          + words.joined(separator: "; ") + ".",
        width: drawing.width, height: drawing.height, shapes: drawing.shapes,
        table: drawing.table))
  }
}

/// The parameters of a network of the runs, for their images.
private func parameterCount(_ network: Arm, in runs: RunsOfExperiment) -> Int {
  guard let dataset = runs.records.first?.configuration.dataset else { return 0 }
  return Architecture(
    network.run.network, channels: dataset.name.channels, height: dataset.side, width: dataset.side,
    classes: dataset.name.classes
  ).parameterCount
}

/// `28.7`, or `28.7 ± 0.4` of several seeds.
func spreadText(
  _ runs: RunsOfExperiment, _ network: Arm, _ value: (RunRecord) -> Double
) -> String {
  let spread = runs.spread(of: network, value)
  let deviation = runs.runs(of: network).count > 1 ? " ± \(plain(spread.deviation))" : ""
  return plain(spread.mean) + deviation
}
