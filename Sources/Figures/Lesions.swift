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
    let networks = runs.groups.compactMap { group in
      LesionProfile(group.first).map { (group: group, profile: $0) }
    }
    let outcome =
      "Without one block, "
      + networks.map { group, profile in
        "\(group.name) errs by \(fixed(profile.medianRise(profile.deleted), places: 1)) points more in "
          + "the median (\(fixed(profile.worst.error - profile.whole, places: 1)) at most)"
      }.joined(separator: ", ") + "."
    let count = networks.map(\.profile.deleted.count).max() ?? 1
    let most = networks.flatMap(\.group.first.lesions).map(\.blocks.count).max() ?? 1
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
        + "number of blocks that are gone, of \(sentenceList(networks.map(\.group.name))). \(outcome)",
      panels: [
        [
          Panel(
            title: "without one block",
            x: Axis("block that is gone", domain: 0.5...Double(count) + 0.5, isWhole: true),
            y: Axis("error (%)", domain: 0...100),
            marks: (networks.first.map { shapeRules($0.group) } ?? [])
              + networks.flatMap { group, profile -> [Mark] in
                [
                  .line(
                    LineMark(
                      [Point(0.5, profile.whole), Point(Double(count) + 0.5, profile.whole)],
                      ink: runs.ink(of: group), width: 1, dash: [5, 3],
                      series: "\(group.name) whole")),
                  .line(
                    LineMark(
                      profile.deleted.map { Point(Double($0.blocks[0]), $0.error) },
                      ink: runs.ink(of: group), width: 1.8, series: group.name)),
                ]
              }),
          Panel(
            title: "without several",
            x: Axis("blocks that are gone", domain: 0...Double(most), isWhole: true),
            y: Axis("", domain: 0...100, isLabelled: false),
            marks: [.rule(RuleMark(.atY, 90, label: "chance"))]
              + networks.flatMap { group, profile -> [Mark] in
                let numbers = (1...most).filter { !profile.errors(without: $0).isEmpty }
                let ink = runs.ink(of: group)
                let x = [0] + numbers.map(Double.init)
                let values = [[profile.whole]] + numbers.map { profile.errors(without: $0) }
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
