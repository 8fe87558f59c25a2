import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// What one change makes of a plain network of 56 layers, the best on top.
  static let ladder = Figure(
    "ladder",
    summary: "The errors that plain-56 ends with after one change, in order, and its first step.",
    from: .experiment(.ladder), width: 1100, height: 560
  ) { runs in
    let base = runs.groups.first { $0.name == "plain-56" } ?? runs.groups[0]
    let rungs = Rungs(
      runs.groups, name: { words(for: $0, beside: base) }, ink: runs.ink(ofRung:))
    let asItIs = base.spread(\.finalTrainingError).mean
    let changed = rungs.rows.filter { $0.ink == .plain && $0.group.name != base.name }
    let residual = runs.groups.filter { $0.role == .residual }
      .map { "\(words(for: $0, beside: base)) at \($0.trainingError)" }
    let helping = changed.count { isLower($0.group, than: base) }
    let outcome =
      "As it is \(base.name) ends at \(base.trainingError) training error; "
      + "\(helping) of \(changed.count) changes lower that "
      + (runs.seedCount > 1 ? "with each seed" : "by more than a point")
      + ". With shortcuts: \(residual.joined(separator: "; "))."
    let updates = { (row: Rungs.Row) in row.group.records.map(firstUpdate) }
    let values = rungs.rows.flatMap(updates).filter { $0 > 0 && $0.isFinite }
    return Chart(
      title: "What makes a plain network of 56 layers learn?", subtitle: outcome,
      caption: runs.caption(
        "One change at a time, from a full rate in the first step; the mean of the last "
          + "\(runs.window) mini-batches, small points: each seed; vertical lines: as it is, and chance.",
        "At the right, ‖Δw‖ ÷ ‖w‖ of the first step, geometric mean over the first quarter of the "
          + "convolutions."),
      alternativeText: "Rows of points, the lowest training error on top: "
        + "\(rungs.words). At the right, update ÷ weight of the first step. \(outcome)",
      panels: [
        [
          Panel(
            title: "training error at the end",
            x: Axis("error (%)", domain: 20...98), y: rungs.axis(isLabelled: true),
            marks: [
              .rule(RuleMark(.atX, 90, label: "chance")),
              .rule(RuleMark(.atX, asItIs)),
            ] + rungs.marks(edge: 98)),
          Panel(
            title: "update ÷ weight of the first step",
            x: Axis(
              "‖Δw‖ ÷ ‖w‖", .logarithmic,
              domain: Scale.Kind.logarithmic.nice(
                Scale.Kind.logarithmic.domain(covering: values))),
            y: rungs.axis(isLabelled: false), marks: rungs.marks(updates)),
        ]
      ])
  }
}

/// Whether a network ends with a lower training error than another with every seed that both have; of a single
/// seed, by more than a point.
private func isLower(_ group: RunGroup, than other: RunGroup) -> Bool {
  let pairs = group.records.compactMap { record in
    other.records.first { $0.seed == record.seed }.map {
      $0.finalTrainingError - record.finalTrainingError
    }
  }
  return !pairs.isEmpty && pairs.allSatisfy { $0 > (pairs.count > 1 ? 0 : 1) }
}

extension Comparison {
  /// Plain is plain's colour, whatever was changed.
  fileprivate func ink(ofRung group: RunGroup) -> Ink {
    group.depth < greatestDepth ? .reference : Ink(group.role)
  }
}

/// What was changed, in words.
private func words(for group: RunGroup, beside base: RunGroup) -> String {
  guard let run = group.first.run.configuration, let other = base.first.run.configuration else {
    return group.name
  }
  var words: [String] = []
  if run.network.depth != other.network.depth || run.network.kind != other.network.kind {
    words.append(run.network.name)
  }
  if run.network.normalization == .none { words.append("no normalization") }
  if run.network.activation == .tanh { words.append("tanh") }
  switch run.initialization {
  case .xavier: words.append("Xavier’s weights")
  case .identity: words.append("begun as the identity")
  case .deltaOrthogonal: words.append("delta-orthogonal")
  case .he, .normal: break
  }
  if let ramp = run.schedule.ramp { words.append("rate rises over \(ramp) steps") }
  if run.schedule.base != other.schedule.base { words.append("a tenth of the rate") }
  if run.schedule.iterations > other.schedule.iterations { words.append("three times the steps") }
  if let length = run.optimizer.clipping {
    words.append("gradient at most \(sixDigits(length)) long")
  }
  if run.optimizer.keepsNorms == true { words.append("norms of weights kept") }
  if run.network.width < other.network.width { words.append("half the filters") }
  return words.isEmpty ? "as it is" : words.joined(separator: ", ")
}

/// ‖Δw‖ ÷ ‖w‖ of the first step, over the first quarter of the convolutions.
private func firstUpdate(_ record: RunRecord) -> Double {
  let rows = record.gradients(.weight, at: 0).dropLast()
  return GeometricSpread(rows.prefix(max(rows.count / 4, 1)).compactMap(\.updateRatio)).mean
}
