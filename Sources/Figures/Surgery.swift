import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// Residual networks by the factor on their shortcuts.
  static let surgery = Figure(
    "surgery",
    summary: "Errors and gradients of residual networks by the factor on their shortcuts.",
    from: .experiment(.surgery), width: 1000, height: 480
  ) { runs in
    let scaled = runs.groups.compactMap { group in
      factor(of: group).map { (factor: $0, group: group) }
    }.sorted { $0.factor < $1.factor }
    func error(_ group: RunGroup) -> Double { group.spread(\.finalTrainingError).mean }
    let least = scaled.min { error($0.group) < error($1.group) }
    let outcome =
      "The training error falls from \(scaled.first?.group.trainingError ?? "") without a shortcut to "
      + "\(least?.group.trainingError ?? "") at a factor of \(rounded(least?.factor ?? .nan))."
    let ratios = scaled.map { Point($0.factor, ratio(of: $0.group)) }
      .filter { $0.y > 0 && $0.y.isFinite }
    let shown = Comparison(scaled.flatMap(\.group.records), command: runs.command)
    let whole = scaled.first { $0.factor == 1 }
    let blocks = Double(max((whole?.group.first.blocks.rows(at: 0).count ?? 2) - 1, 1))
    let law = scaled.map(\.factor).filter { $0 > 0 }.map { factor in
      Point(factor, (ratios.first { $0.x == 1 }?.y ?? 1) * Double.pow(factor, blocks))
    }
    let x = Axis("λ", domain: -0.05...1.3)
    return Chart(
      title: "How much shortcut is needed? y = λ·x + F(x)", subtitle: outcome,
      caption: shown.caption(
        "Left: mean of the last \(runs.window) mini-batches; points: each seed. Right: "
          + "‖∂loss/∂(λx + F(x))‖ of the first block ÷ the last one’s at initialization, geometric mean "
          + "over seeds; dotted: what the "
          + "shortcuts alone would make of it, λ to the power of \(Int(blocks)) blocks."),
      alternativeText:
        "Two panels against the factor λ on all shortcuts: the training error, and the "
        + "gradient of the first block divided by the last one’s, which does not follow the power of λ "
        + "that the shortcuts alone would give. \(outcome)",
      panels: [
        [
          Panel(
            title: "training error", x: x, y: Axis("error (%)", domain: 0...100),
            marks: [
              .rule(RuleMark(.atY, 90, label: "chance")),
              .line(
                LineMark(
                  scaled.map { Point($0.factor, error($0.group)) }, ink: .residual, width: 1.8,
                  series: "training error")),
            ]
              + scaled.flatMap { entry in
                entry.group.records.map {
                  .point(
                    PointMark(
                      Point(entry.factor, $0.finalTrainingError), ink: .residual, radius: 2.8,
                      series: entry.group.name))
                }
              }),
          Panel(
            title: "gradient, first ÷ last block", x: x,
            y: Axis(
              "first ÷ last", .logarithmic,
              domain: Scale.Kind.logarithmic.nice(
                Scale.Kind.logarithmic.domain(covering: ratios.map(\.y) + law.map(\.y)))),
            marks: [
              .line(
                LineMark(
                  law, ink: .reference, width: 1.4, dash: [3, 3], label: "shortcuts alone",
                  series: "shortcuts alone")),
              .line(
                LineMark(
                  ratios, ink: .residual, width: 1.8, label: "measured", series: "measured")),
            ]
              + ratios.map {
                .point(PointMark($0, ink: .residual, radius: 2.8, series: "measured"))
              }),
        ]
      ])
  }

  /// Residual networks after operations of other kinds, the least error on top.
  static let operations = Figure(
    "operations",
    summary:
      "Errors of residual networks after operations on their shortcuts and branches, in order.",
    from: .experiment(.surgery), width: 900, height: 560
  ) { runs in
    let whole = runs.groups.first { factor(of: $0) == 1 }
    let error = whole?.spread(\.finalTrainingError).mean ?? .nan
    let shown = Comparison(
      runs.groups.filter { (factor(of: $0) ?? 1) == 1 }.flatMap(\.records), command: runs.command)
    let rungs = Rungs(shown.groups) { Operation($0).name }
    let others = rungs.rows.filter { $0.group.name != whole?.name }
    let errors = whole?.records.map(\.finalTrainingError) ?? []
    let apart = (errors.max() ?? .nan) - (errors.min() ?? .nan)
    let margin = errors.count > 1 ? apart : 1
    let better = others.count { $0.mean < error - margin }
    let worse = others.count { !($0.mean <= error + margin) }
    let outcome =
      "As it is \(whole?.name ?? "") ends at \(whole?.trainingError ?? ""); of \(others.count) operations "
      + "\(better) end below and \(worse) above that by more than "
      + (errors.count > 1 ? "its seeds lie apart." : "a point.")
    return Chart(
      title: "Training error after other operations", subtitle: outcome,
      caption: shown.caption(
        "Mean of the last \(runs.window) mini-batches. In parentheses: test error of ResNet-110 on "
          + "CIFAR-10 (He et al. 2016, arXiv:1603.05027, tables 1 and 2). Gates: sigmoid of a 1×1 "
          + "convolution with the bias that it begins with."),
      alternativeText: "Rows of points, the least training error on top: "
        + "\(rungs.words). \(outcome)",
      panels: [
        [
          Panel(
            title: "", x: Axis("training error (%)", domain: 20...98),
            y: rungs.axis(isLabelled: true),
            marks: [
              .rule(RuleMark(.atX, 90, label: "chance")),
              .rule(RuleMark(.atX, error, label: "as it is")),
            ] + rungs.marks(edge: 98))
        ]
      ])
  }
}

/// λ of a network that has nothing else changed.
private func factor(of group: RunGroup) -> Double? {
  guard let network = group.first.run.configuration?.network,
    network.order == .postActivation, network.shortcut == .zeroPadding,
    network.normalization == .batch
  else { return nil }
  switch network.combination {
  case nil: return 1
  case .scaled(let shortcut, 1): return shortcut
  default: return nil
  }
}

/// ‖g‖ at the first block’s sum ÷ that at the last one’s, at initialization.
private func ratio(of group: RunGroup) -> Double {
  GeometricSpread(
    group.records.compactMap { record -> Double? in
      let rows = record.blocks.rows(at: 0)
      guard let first = rows.first, let last = rows.last else { return nil }
      return first.gradientAtSum / last.gradientAtSum
    }
  ).mean
}

/// What was done to a network, and what the paper’s ResNet-110 had.
private struct Operation {
  private let words: String
  /// `(8.17)`, or nothing.
  private let paper: String

  var name: String { paper.isEmpty ? words : "\(words) \(paper)" }

  init(_ group: RunGroup) {
    guard let network = group.first.run.configuration?.network else {
      (words, paper) = (group.name, "")
      return
    }
    (words, paper) =
      switch (network.combination, network.order, network.shortcut) {
      case (.scaled(let shortcut, let branch)?, _, _):
        ("\(sixDigits(shortcut))·x + \(sixDigits(branch))·F(x)", "(12.35)")
      case (.gated(let bias)?, _, _): ("exclusive gate, bias −\(sixDigits(bias))", "(8.70)")
      case (.gatedShortcut(0)?, _, _): ("shortcut-only gate, bias 0", "(12.86)")
      case (.gatedShortcut(let bias)?, _, _):
        ("shortcut-only gate, bias −\(sixDigits(bias))", "(6.91)")
      case (.dropout(let share)?, _, _):
        ("dropout \(sixDigits(share)) on the shortcut", "(failed)")
      case (.zeroScale?, _, _): ("γ = 0 at first", "")
      case (.learnedScale?, _, _): ("SkipInit", "")
      case (.fixup?, _, _): ("Fixup, no normalization", "")
      case (nil, .normalizedAddition, _): ("normalization after the addition", "(8.17)")
      case (nil, .activatedBranch, _): ("ReLU before the addition", "(7.84)")
      case (nil, .activationFirst, _): ("ReLU first", "(6.71)")
      case (nil, .preActivation, _): ("full pre-activation", "(6.37)")
      case (nil, _, .projection): ("1×1 convolution on every shortcut", "(12.22)")
      default: ("as it is", "(6.61)")
      }
  }
}
