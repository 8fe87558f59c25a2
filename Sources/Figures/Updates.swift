import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// How much of its weights a step changes, of the first and of the last layers of deep twins.
  static let updates = Figure(
    "updates",
    summary: "Update ÷ weight of the first and last layers of deep twins, over time and by layer.",
    from: .experiment(.quickstart), width: 1200, height: 500
  ) { runs in
    let twins = runs.deepest
    let outcome =
      "At the end a step changes "
      + sentenceList(
        twins.groups.map { network in
          "\(rounded(average(network, .first, at: network.lastStep, .logarithmic) { $0.updateRatio })) of the first layers’ weights in \(network.name)"
        }) + "."
    return chart(
      of: twins, in: runs, kind: .logarithmic, axis: "update ÷ weight",
      title: "Update ÷ weight of the first and of the last layers", outcome: outcome,
      remarks: [
        "‖Δw‖ ÷ ‖w‖ of single steps; geometric means over the first and over the last quarter of the "
          + "convolutions.",
        "The rule at 10⁻³: what is often given as healthy. That at weight decay: what it alone changes once it "
          + "has come to rest, ηλ/(1−μ).",
      ], rules: [.rule(RuleMark(.atY, 1e-3))] + decay(runs), value: \.updateRatio)
  }

  /// How many weights get exactly nothing.
  static let zeroGradients = Figure(
    "zero-gradients",
    summary: "The share of weights whose gradient is exactly zero, over time and by layer.",
    from: .experiment(.quickstart), width: 1200, height: 500
  ) { runs in
    let twins = runs.deepest
    let outcome =
      "At the end "
      + sentenceList(
        twins.groups.map { network in
          "\(percent(100 * average(network, .first, at: network.lastStep, .linear) { $0.zeroFraction })) of the first layers’ weights get exactly nothing in \(network.name)"
        }) + "."
    return chart(
      of: twins, in: runs, kind: .linear, axis: "share of exact zeros",
      title: "Weights that get exactly nothing", outcome: outcome,
      remarks: [
        "Of one mini-batch’s gradients; means over the first and over the last quarter of the convolutions."
      ], rules: [], value: \.zeroFraction)
  }
}

extension Comparison {
  /// The deepest networks alone.
  fileprivate var deepest: Comparison {
    Comparison(records.filter { $0.run.subject.depth == greatestDepth })
  }
}

extension RunGroup {
  fileprivate var lastStep: Int { first.lastUpdateStep ?? 0 }
}

/// A quarter of the convolutions.
private enum Quarter: CaseIterable {
  case first, last

  func rows(_ network: RunGroup, at step: Int) -> [GradientRow] {
    let rows = network.first.gradients(.weight, at: step).dropLast()
    let count = max(rows.count / 4, 1)
    return Array(self == .first ? rows.prefix(count) : rows.suffix(count))
  }
}

/// Over the layers of a quarter: on a logarithmic axis geometrically.
private func average(
  _ network: RunGroup, _ quarter: Quarter, at step: Int, _ kind: Scale.Kind,
  _ value: (GradientRow) -> Double?
) -> Double {
  let values = quarter.rows(network, at: step).compactMap(value)
  return kind == .logarithmic ? GeometricSpread(values).mean : Spread(values).mean
}

/// What weight decay changes of weights at rest: momentum sums ηλw to ηλw/(1−μ).
private func decay(_ runs: Comparison) -> [Mark] {
  guard let run = runs.groups.first?.first.run.configuration else { return [] }
  let share = run.schedule.base * run.optimizer.weightDecay / (1 - run.optimizer.momentum)
  return [.rule(RuleMark(.atY, share, label: "weight decay alone"))]
}

private func chart(
  of twins: Comparison, in runs: Comparison, kind: Scale.Kind, axis: String, title: String,
  outcome: String, remarks: [String], rules: [Mark], value: @escaping (GradientRow) -> Double?
) -> Chart {
  let curves = twins.groups.flatMap { network in
    Quarter.allCases.map { quarter in
      let steps = network.first.gradientSteps.filter { step in
        quarter.rows(network, at: step).contains { value($0) != nil }
      }
      return (
        network: network, quarter: quarter,
        points: steps.map { Point(Double($0), average(network, quarter, at: $0, kind, value)) }
      )
    }
  }
  let layers = twins.groups.map { network in
    (
      network: network,
      points: network.first.gradients(.weight, at: network.lastStep).dropLast().compactMap { row in
        value(row).map { Point(Double(row.layer.index), $0) }
      }
    )
  }
  let values = (curves.flatMap(\.points) + layers.flatMap(\.points)).map(\.y)
  // Shares begin at none.
  let y = kind.nice(
    kind == .linear
      ? 0...max(values.filter(\.isFinite).max() ?? 1, 0.01)
      : kind.domain(covering: values.filter { $0 > 0 && $0.isFinite }))
  let last = curves.flatMap(\.points).map(\.x).max() ?? 1
  let names = twins.groups.map(\.name)
  return Chart(
    title: title, subtitle: outcome, caption: runs.caption(remarks.joined(separator: " ")),
    alternativeText:
      "Two panels. Over the training step on a logarithmic axis: \(axis) of the first "
      + "quarter of the convolutions, solid, and of the last quarter, dashed, of "
      + "\(sentenceList(names)). At the right: the same of every convolution at the last recorded step. "
      + outcome,
    panels: [
      [
        Panel(
          title: "first quarter of the layers, and dashed the last",
          x: Axis(
            "training step", .logarithmicFromZero, domain: 0...max(last, 1),
            isWhole: true), y: Axis(axis, kind, domain: y),
          marks: rules
            + curves.map { network, quarter, points in
              .line(
                LineMark(
                  points, ink: Ink(network.role), width: 2, dash: quarter == .last ? [6, 3] : [],
                  series: "\(network.name), \(quarter == .first ? "first" : "last") layers"))
            }),
        Panel(
          title: "every layer at the last recorded step",
          x: Axis("layer", domain: 0.5...Double(twins.greatestDepth) + 0.5, isWhole: true),
          y: Axis("", kind, domain: y, isLabelled: false),
          marks: layers.map { network, points in
            .line(
              LineMark(
                points, ink: Ink(network.role), width: 2, label: network.name,
                series: network.name))
          }),
      ]
    ])
}
