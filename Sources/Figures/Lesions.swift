import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// What trained twins do without some of their blocks.
  static let lesions = Figure(
    "lesions",
    summary:
      "The error of trained twins without one block or several, which are not trained again.",
    from: .experiment(.lesions), width: 1200, height: 520
  ) { runs in
    let networks = runs.groups.filter { !$0.first.lesions.isEmpty }
    func baseline(_ group: RunGroup) -> Double {
      group.first.lesions.first { $0.kind == .none }?.error ?? .nan
    }
    func deleted(_ group: RunGroup) -> [LesionRow] {
      group.first.lesions.filter { $0.kind == .deleted }
    }
    let outcome =
      "Without one block, "
      + networks.map { group in
        let rise = deleted(group).map { $0.error - baseline(group) }.sorted()
        let median = rise.isEmpty ? .nan : rise[rise.count / 2]
        return "\(group.name) errs by \(fixed(median, places: 1)) points more in the median "
          + "(\(fixed(rise.last ?? .nan, places: 1)) at most)"
      }.joined(separator: ", ") + "."
    let count = networks.map { deleted($0).count }.max() ?? 1
    let most = networks.flatMap(\.first.lesions).map(\.blocks.count).max() ?? 1
    func rows(_ group: RunGroup, _ number: Int) -> [Double] {
      group.first.lesions.filter {
        ($0.kind == .random || $0.kind == .deleted) && $0.blocks.count == number
      }.map(\.error)
    }
    return Chart(
      title: "Trained networks without some of their blocks", subtitle: outcome,
      caption: runs.caption(
        "Error on evaluated images with the statistics of the training; nothing is trained again. Of a block "
          + "that is gone its shortcut is left, of a plain one what its twin’s would be. Dashed: "
          + "the whole network; vertical lines: blocks that change the shape.",
        "Right: mean and range of blocks chosen at random, one alone: all of them.",
        "After Veit et al. 2016 (arXiv:1605.06431).", showsEvaluation: true),
      alternativeText:
        "Two panels: the error without one block, by block, and the error against the "
        + "number of blocks that are gone, of \(sentenceList(networks.map(\.name))). \(outcome)",
      panels: [
        [
          Panel(
            title: "without one block",
            x: Axis("block that is gone", domain: 0.5...Double(count) + 0.5, isWhole: true),
            y: Axis("error (%)", domain: 0...100),
            marks: (networks.first.map(shapeRules) ?? [])
              + networks.flatMap { group -> [Mark] in
                [
                  .line(
                    LineMark(
                      [Point(0.5, baseline(group)), Point(Double(count) + 0.5, baseline(group))],
                      ink: runs.ink(of: group), width: 1, dash: [5, 3],
                      series: "\(group.name) whole")),
                  .line(
                    LineMark(
                      deleted(group).map { Point(Double($0.blocks[0]), $0.error) },
                      ink: runs.ink(of: group), width: 1.8, series: group.name)),
                ]
              }),
          Panel(
            title: "without several",
            x: Axis("blocks that are gone", domain: 0...Double(most), isWhole: true),
            y: Axis("", domain: 0...100, isLabelled: false),
            marks: [.rule(RuleMark(.atY, 90, label: "chance"))]
              + networks.flatMap { group -> [Mark] in
                let numbers = (1...most).filter { !rows(group, $0).isEmpty }
                let ink = runs.ink(of: group)
                let x = [0] + numbers.map(Double.init)
                let values = [[baseline(group)]] + numbers.map { rows(group, $0) }
                return [
                  .band(
                    BandMark(
                      x: x, lower: values.map { $0.min() ?? .nan },
                      upper: values.map { $0.max() ?? .nan }, ink: ink, series: group.name)),
                  .line(
                    LineMark(
                      zip(x, values).map { Point($0, Spread($1).mean) }, ink: ink, width: 1.9,
                      label: group.name, series: group.name)),
                ]
              }),
        ]
      ])
  }
}

private func shapeRules(_ group: RunGroup) -> [Mark] {
  (group.first.run.blocks ?? []).filter(\.changesShape).map {
    .rule(RuleMark(.atX, Double($0.index), label: ""))
  }
}
