import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The paper's figure 4: the networks for ImageNet at 18 and 34 layers.
  static let imageNetStyle = Figure(
    "imagenet-style",
    summary: "Errors of plain and residual networks of 18 and 34 layers (paper, figure 4).",
    from: .experiment(.imageNetStyle), height: 500
  ) { runs in
    let curves = ErrorCurves(runs)
    let outcome = runs.roles.compactMap(runs.comparison).joined(separator: " ")
    return Chart(
      title: "Error of the paper’s networks for ImageNet, narrowed, at 18 and 34 layers",
      subtitle: outcome,
      caption: runs.caption(
        curves.meanRemark, runs.bandRemark,
        "After He et al. 2015, figure 4; shortcuts of option A, so that twins have "
          + "the same parameters\(stem(runs)).", showsEvaluation: true),
      alternativeText: "Two panels over time: training error dashed and test error "
        + "solid of plain-18 and plain-34, and of resnet-18 and resnet-34. \(outcome)",
      panels: [familyPanels(runs, curves)])
  }

  /// The paper's table 2 with our numbers beside it.
  static let table2 = Figure(
    "table-2", summary: "Errors of the networks of 18 and 34 layers, beside the paper's (table 2).",
    from: .experiment(.imageNetStyle)
  ) { (runs: Comparison) -> Picture in
    let depths = runs.depths
    let rows = depths.map { depth -> [TableDrawing.Cell] in
      let roles: [RunGroup.Role] = [.plain, .residual]
      let own = roles.map { role in
        TableDrawing.Cell(
          string: runs.group(role, depth: depth).map {
            $0.spread(\.finalEvaluationError).text
          } ?? "–", color: .ink(Ink(role)))
      }
      let published = roles.map { role in
        TableDrawing.Cell(
          string: PaperResults.imageNetError(role, depth: depth).map { fixed($0, places: 2) }
            ?? "–", color: .muted)
      }
      return [.init(string: "\(depth) layers")] + own + published
    }
    let drawing = TableDrawing(
      groups: [
        .init(title: "", columns: [""]),
        .init(title: "here", columns: ["plain", "residual"]),
        .init(title: "paper, ImageNet", columns: ["plain", "residual"], color: .muted),
      ], rows: rows)
    return .diagram(
      Diagram(
        title: "Test error at 18 and 34 layers (%)",
        subtitle:
          "The paper’s are top-1 errors on ImageNet, 10-crop: orders can be compared, levels "
          + "cannot." + deviations(runs),
        caption: runs.caption(
          runs.severalSeedsRemark,
          "Paper: He et al. 2015, table 2\(stem(runs)).", showsEvaluation: true),
        alternativeText:
          "A table of test errors, columns plain and residual here, plain and residual "
          + "in the paper: "
          + rows.map { $0.map(\.string).joined(separator: ", ") }.joined(separator: "; ") + ".",
        width: drawing.width, height: drawing.height, shapes: drawing.shapes))
  }
}

/// Says that the first convolution is not the paper's, where it is another in all networks.
private func stem(_ runs: Comparison) -> String {
  let strides = Set(runs.groups.map { $0.first.run.configuration?.network.stemStride })
  return strides == [1] ? "; stem1: a first convolution without a stride" : ""
}

/// Says of which kind of network the order of depths is not the paper's, and of which there is none: a
/// difference within two of its standard errors.
private func deviations(_ runs: Comparison) -> String {
  let depths = runs.depths
  guard let shallow = depths.first, let deep = depths.last, shallow < deep else { return "" }
  var reversed: [String] = []
  var undecided: [String] = []
  for role in [RunGroup.Role.plain, .residual] {
    guard let before = runs.group(role, depth: shallow), let behind = runs.group(role, depth: deep),
      let paper = PaperResults.imageNetError(role, depth: deep),
      let other = PaperResults.imageNetError(role, depth: shallow)
    else { continue }
    let gap =
      behind.spread(\.finalEvaluationError).mean - before.spread(\.finalEvaluationError).mean
    if abs(gap) <= 2 * standardError(of: [before, behind]) {
      undecided.append(role.rawValue)
    } else if gap * (paper - other) < 0 {
      reversed.append(role.rawValue)
    }
  }
  return sentence(of: reversed, "have the other order")
    + sentence(of: undecided, "differ by no more than two standard errors of a difference")
}

private func sentence(of roles: [String], _ predicate: String) -> String {
  roles.isEmpty ? "" : " Here the two depths of \(sentenceList(roles)) networks \(predicate)."
}

/// Of the difference of two groups: that of the images that are evaluated, and that of the seeds.
private func standardError(of groups: [RunGroup]) -> Double {
  let variances = groups.map { group -> Double in
    let ofImages = group.records.compactMap(\.evaluationStandardError).max() ?? 0
    let ofSeeds = group.spread(\.finalEvaluationError)
    return ofImages * ofImages + ofSeeds.deviation * ofSeeds.deviation / Double(ofSeeds.count)
  }
  return variances.reduce(0, +).squareRoot()
}
