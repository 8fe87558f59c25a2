import Architectures
import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The paper's table 6 with our numbers beside it.
  static let table6 = Figure(
    "table-6", summary: "Errors on CIFAR-10 by depth, beside the paper's (table 6).",
    from: .experiment(.depthSweep)
  ) { (runs: Comparison) -> Picture in
    let depths = runs.depths
    let rows = depths.map { depth -> [TableDrawing.Cell] in
      let twins = [.plain, .residual].map { runs.group($0, depth: depth) }
      let parameters = twins.compactMap { $0 }.first.map { $0.first.run.parameterCount }
      let errors = twins.flatMap { network -> [TableDrawing.Cell] in
        guard let network else { return [.init(string: "–"), .init(string: "–")] }
        let color = DiagramShape.WordColor.ink(Ink(network.role))
        return [
          .init(string: network.spread(\.finalTrainingError).text, color: color),
          .init(string: network.spread(\.finalEvaluationError).text, color: color),
        ]
      }
      let paper = PaperResults.cifarTestError[depth].map { fixed($0, places: 2) } ?? "–"
      let reproduced = [RunGroup.Role.plain, .residual].map { role in
        PaperResults.reproducedError(role, depth: depth).map {
          "\(fixed($0.mean, places: 2)) ± \(fixed($0.deviation, places: 2))"
        } ?? "–"
      }
      let published = ([paper] + reproduced).map {
        TableDrawing.Cell(string: $0, color: .muted)
      }
      return [.init(string: "\(depth)"), .init(string: parameters.map(millions) ?? "–")] + errors
        + published
    }
    let evaluation = runs.evaluationWord
    let drawing = TableDrawing(
      groups: [
        .init(title: "", columns: ["layers", "parameters"]),
        .init(title: "plain", columns: ["training", evaluation], color: .ink(.plain)),
        .init(title: "residual", columns: ["training", evaluation], color: .ink(.residual)),
        .init(title: "paper", columns: ["residual, test"], color: .muted),
        .init(title: "reproduction", columns: ["plain, test", "residual, test"], color: .muted),
      ], rows: rows)
    // The paper's own training, to which its numbers belong.
    let isFull = runs.groups.allSatisfy { network in
      network.first.run.configuration.map {
        $0.schedule == .paper && $0.dataset == .study(at: .paper)
      }
        ?? false
    }
    let words = rows.map { row in row.map(\.string).joined(separator: ", ") }
    return .diagram(
      Diagram(
        title: "Errors by depth at the end of training (%)",
        subtitle: "The columns at the right are of the full recipe"
          + (isFull ? "." : ": their order can be compared, their level cannot."),
        caption: runs.caption(
          "Training: mean of the last \(runs.window) mini-batches.",
          runs.severalSeedsRemark,
          "Paper: He et al. 2015, table 6; it has no plain networks. Reproduction: "
            + "github.com/nabla0001/resnet, 5 seeds.", showsEvaluation: true),
        alternativeText:
          "A table with columns layers, parameters, plain training, plain \(evaluation), "
          + "residual training, residual \(evaluation), paper’s residual test, a reproduction’s plain test "
          + "and residual test: "
          + words.joined(separator: "; ") + ".",
        width: drawing.width, height: drawing.height, shapes: drawing.shapes))
  }
}
