import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The paper's figure 6, left and middle: errors of ever deeper networks, without and with
  /// shortcuts; and below, where they end against depth.
  static let depthSweep = Figure(
    "depth-sweep",
    summary:
      "Errors of plain and residual networks of 20 to 110 layers, over time and against depth "
      + "(paper, figure 6).",
    from: .experiment(.depthSweep), height: 900
  ) { runs in
    let curves = ErrorCurves(runs)
    let above = familyPanels(runs, curves)
    let scales = Set(above.map(\.y.domain))
    return Chart(
      title: "Error of plain and residual networks against depth",
      subtitle: runs.roles.compactMap(runs.order).joined(separator: " "),
      caption: runs.caption(
        curves.meanRemark, runs.bandRemark,
        published(in: runs).isEmpty
          ? ""
          : "Below, dotted: the paper’s test errors, from its full recipe (He et al. 2015, table 6).",
        reproduced(.residual, in: runs).isEmpty
          ? ""
          : "Dashed there: those of a reproduction of the full recipe, mean ± standard deviation over 5 seeds "
            + "(github.com/nabla0001/resnet).",
        scales.count > 1 ? "Above, each family has a scale of its own." : "",
        "After He et al. 2015, figure 6.", showsEvaluation: true),
      alternativeText: "Four panels. Above: error over time of plain and of residual networks, "
        + "training dashed and \(runs.evaluationWord) solid. Below: training and "
        + "\(runs.evaluationWord) error at the end against the number of layers. "
        + runs.groups.map { network in
          "\(network.name): training \(network.trainingError), \(runs.evaluationWord) "
            + network.evaluationError
        }.joined(separator: "; ") + ".",
      panels: [above, endPanels(runs)])
  }
}

/// A panel for each kind of network, training dashed and test solid, as in the paper's figures 4 and
/// 6. The networks' names stand at the ends of their test curves.
func familyPanels(_ runs: Comparison, _ curves: ErrorCurves) -> [Panel] {
  runs.roles.enumerated().map { column, role in
    let networks = runs.groups(role)
    // Where a family's errors are close together, they have a scale of their own.
    let own = ErrorCurves(Comparison(networks.flatMap(\.records))).errorAxis
    var y =
      own.domain.upperBound <= curves.errorAxis.domain.upperBound * 0.7 ? own : curves.errorAxis
    if column > 0 { y.title = "" }
    return Panel(
      title:
        "\(role == .none ? "" : "\(role.rawValue): ")training dashed, \(runs.evaluationWord) solid",
      x: curves.timeAxis, y: y,
      marks: curves.rules + networks.flatMap { curves.training($0) }
        + networks.flatMap { curves.evaluation($0, label: $0.name) })
  }
}

/// The errors at the end against depth, training and test.
private func endPanels(_ runs: Comparison) -> [Panel] {
  let values: [(title: String, value: (RunRecord) -> Double)] = [
    ("training error at the end", \.finalTrainingError),
    ("\(runs.evaluationWord) error at the end", \.finalEvaluationError),
  ]
  let depths = runs.depths.map(Double.init)
  let least = depths.first ?? 0
  let greatest = max(depths.last ?? 1, least + 1)
  var x = Axis("layers", domain: (least - 4)...(greatest + 4), isWhole: true)
  x.ticks = depths.map { Tick($0, "\(Int($0))") }
  let highest =
    runs.records.flatMap { [$0.finalTrainingError, $0.finalEvaluationError] }
    .filter(\.isFinite).max() ?? 100
  let domain = 0...min(100, (highest / 10 + 0.1).rounded(.up) * 10)
  return values.enumerated().map { column, entry in
    let marks = runs.roles.flatMap { againstDepth(runs, $0, entry.value) }
    let paper = published(in: runs)
    let line =
      column == 1 && !paper.isEmpty
      ? [
        Mark.line(
          LineMark(
            paper, ink: Ink.residual.faded(0.3), width: 1.4, dash: [1.5, 2.5],
            label: "paper, residual"))
      ] : []
    let others =
      column == 1 ? [RunGroup.Role.plain, .residual].flatMap { reproduction($0, runs) } : []
    return Panel(
      title: entry.title, x: x,
      y: Axis(column == 0 ? "error (%)" : "", domain: domain), marks: line + others + marks)
  }
}

/// The paper's errors at the depths of the runs, of runs on the paper's images.
private func published(in runs: Comparison) -> [Point] {
  guard runs.groups.first?.first.run.configuration?.dataset.name == .cifar10 else { return [] }
  return runs.groups(.residual).compactMap { network in
    PaperResults.cifarTestError[network.depth].map { Point(Double(network.depth), $0) }
  }
}

/// What a reproduction of the whole recipe has at the depths of the runs, of runs on the paper's images in full.
private func reproduced(_ role: RunGroup.Role, in runs: Comparison) -> [(
  depth: Double, mean: Double, deviation: Double
)] {
  guard let dataset = runs.groups.first?.first.run.configuration?.dataset,
    dataset.name == .cifar10, dataset.side == dataset.name.side
  else { return [] }
  return runs.groups(role).compactMap { network in
    PaperResults.reproducedError(role, depth: network.depth).map {
      (Double(network.depth), $0.mean, $0.deviation)
    }
  }
}

private func reproduction(_ role: RunGroup.Role, _ runs: Comparison) -> [Mark] {
  let values = reproduced(role, in: runs)
  guard !values.isEmpty else { return [] }
  let ink = Ink(role).faded(0.3)
  let bars = values.map { bar($0.depth, $0.mean, $0.deviation, ink) }
  return [
    .line(
      LineMark(
        values.map { Point($0.depth, $0.mean) }, ink: ink, width: 1.4, dash: [6, 3],
        label: "reproduction, \(role.rawValue)"))
  ] + bars
}

/// An upright bar from a deviation below a mean to one above.
private func bar(
  _ depth: Double, _ mean: Double, _ deviation: Double, _ ink: Ink, series: String? = nil
) -> Mark {
  .line(
    LineMark(
      [Point(depth, mean - deviation), Point(depth, mean + deviation)], ink: ink, width: 4,
      series: series, isTabulated: false))
}

private func againstDepth(
  _ runs: Comparison, _ role: RunGroup.Role, _ value: (RunRecord) -> Double
) -> [Mark] {
  let networks = runs.groups(role)
  let ink = Ink(role)
  let x = networks.map { Double($0.depth) }
  let spread = networks.map { $0.spread(value) }
  let bars = zip(x, spread).filter { $0.1.deviation > 0 }.map { depth, spread in
    bar(
      depth, spread.mean, spread.deviation, ink,
      series: "\(role.rawValue), mean ± standard deviation")
  }
  let seeds = networks.flatMap { network in
    network.records.map { run in
      Mark.point(
        PointMark(
          Point(Double(network.depth), value(run)), ink: ink, radius: 3,
          series: "\(network.name), seed \(run.seed ?? 0)"))
    }
  }
  return [
    .line(
      LineMark(
        zip(x, spread).map { Point($0, $1.mean) }, ink: ink, width: 1.8, label: role.rawValue))
  ] + bars + seeds
}
