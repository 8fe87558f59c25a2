import Charts
import Experiments
import Records

extension Figure {
  /// The paper's figure 6, left and middle: errors of ever deeper networks, without and with
  /// shortcuts; and below, where they end against depth.
  static let depthSweep = Figure(
    "depth-sweep",
    summary:
      "Errors of plain and residual networks of 20 to 56 layers, over time and against depth "
      + "(paper, figure 6).",
    experiment: .depthSweep, height: 900
  ) { runs in
    let curves = ErrorCurves(runs)
    return Chart(
      title: "Error of plain and residual networks against depth",
      subtitle: NetworkConfiguration.Kind.allCases.compactMap { order(of: $0, in: runs) }
        .joined(separator: " "),
      caption: runs.caption(
        curves.meanRemark, runs.bandRemark,
        published(in: runs).isEmpty
          ? "" : "Dotted: the paper’s test errors, from its full recipe (He et al. 2015, table 6).",
        "After He et al. 2015, figure 6.", showsEvaluation: true),
      alternativeText: "Four panels. Above: error over time of plain and of residual networks, "
        + "training dashed and test solid, on one scale. Below: training and test error at the end "
        + "against the number of layers. "
        + runs.networks.map { network in
          "\(network.name): training \(runs.trainingError(of: network)), test "
            + runs.evaluationError(of: network)
        }.joined(separator: "; ") + ".",
      panels: [familyPanels(runs, curves), endPanels(runs)])
  }
}

/// A panel for each kind of network, training dashed and test solid, as in the paper's figures 4 and
/// 6. The networks' names stand at the ends of their test curves.
func familyPanels(_ runs: RunsOfExperiment, _ curves: ErrorCurves) -> [Panel] {
  NetworkConfiguration.Kind.allCases.enumerated().map { column, kind in
    var y = curves.errorAxis
    if column > 0 { y.title = "" }
    let networks = runs.networks(kind)
    return Panel(
      title: "\(kind.rawValue): training dashed, test solid", x: curves.timeAxis, y: y,
      marks: curves.rules + networks.flatMap { curves.training($0) }
        + networks.flatMap { curves.evaluation($0, label: $0.name) })
  }
}

/// The errors at the end against depth, training and test.
private func endPanels(_ runs: RunsOfExperiment) -> [Panel] {
  let values: [(title: String, value: (RunRecord) -> Double)] = [
    ("training error at the end", \.finalTrainingError),
    ("test error at the end", \.finalEvaluationError),
  ]
  let depths = Set(runs.networks.map { Double($0.depth) }).sorted()
  let least = depths.first ?? 0
  let greatest = max(depths.last ?? 1, least + 1)
  var x = Axis("layers", domain: (least - 4)...(greatest + 4), isWhole: true)
  x.ticks = depths.map { Tick($0, "\(Int($0))") }
  let highest =
    runs.records.flatMap { [$0.finalTrainingError, $0.finalEvaluationError] }
    .filter(\.isFinite).max() ?? 100
  let domain = 0...min(100, (highest / 10 + 0.1).rounded(.up) * 10)
  return values.enumerated().map { column, entry in
    let marks = NetworkConfiguration.Kind.allCases.flatMap { kind in
      againstDepth(runs, kind, entry.value)
    }
    let paper = published(in: runs)
    let line =
      column == 1 && !paper.isEmpty
      ? [
        Mark.line(
          LineMark(
            paper, ink: Ink.residual.faded(0.3), width: 1.4, dash: [1.5, 2.5],
            label: "paper, residual"))
      ] : []
    return Panel(
      title: entry.title, x: x,
      y: Axis(column == 0 ? "error (%)" : "", domain: domain), marks: line + marks)
  }
}

/// The paper's errors at the depths of the runs, of runs on the paper's images.
private func published(in runs: RunsOfExperiment) -> [Point] {
  guard runs.records.first?.configuration.dataset.name == .cifar10 else { return [] }
  return runs.networks(.residual).compactMap { network in
    PaperResults.cifarTestError[network.depth].map { Point(Double(network.depth), $0) }
  }
}

private func againstDepth(
  _ runs: RunsOfExperiment, _ kind: NetworkConfiguration.Kind, _ value: (RunRecord) -> Double
) -> [Mark] {
  let networks = runs.networks(kind)
  let ink: Ink = kind == .plain ? .plain : .residual
  let x = networks.map { Double($0.depth) }
  let spread = networks.map { runs.spread(of: $0, value) }
  let bars = zip(x, spread).filter { $0.1.deviation > 0 }.map { depth, spread in
    Mark.line(
      LineMark(
        [
          Point(depth, spread.mean - spread.deviation),
          Point(depth, spread.mean + spread.deviation),
        ], ink: ink, width: 4))
  }
  let seeds = networks.flatMap { network in
    runs.runs(of: network).map {
      Mark.point(PointMark(Point(Double(network.depth), value($0)), ink: ink, radius: 3))
    }
  }
  return [
    .line(
      LineMark(
        zip(x, spread).map { Point($0, $1.mean) }, ink: ink, width: 1.8, label: kind.rawValue))
  ] + bars + seeds
}

/// In which order the training errors of a kind are, shallowest to deepest, in a sentence. Steps no
/// larger than the spread over seeds are no order.
private func order(of kind: NetworkConfiguration.Kind, in runs: RunsOfExperiment) -> String? {
  let networks = runs.networks(kind)
  let spreads = networks.map { runs.spread(of: $0, \.finalTrainingError) }
  let errors = spreads.map(\.mean)
  guard networks.count > 1, errors.allSatisfy(\.isFinite) else { return nil }
  let values = errors.map(plain).joined(separator: ", ")
  let depths = networks.map { "\($0.depth)" }.joined(separator: ", ")
  let noise = spreads.map(\.deviation).max() ?? 0
  let steps = zip(errors.dropFirst(), errors).map { $0 - $1 }
  let change = errors[errors.count - 1] - errors[0]
  let verdict =
    if steps.allSatisfy({ $0 > noise }) {
      "every deeper one is worse"
    } else if steps.allSatisfy({ $0 < -noise }) {
      "every deeper one is better"
    } else if abs(change) <= noise {
      "the deepest and the shallowest differ by no more than seeds do"
    } else {
      "the deepest is \(change > 0 ? "worse" : "better") than the shallowest"
    }
  return
    "\(kind.rawValue.prefix(1).uppercased())\(kind.rawValue.dropFirst()) networks of \(depths) "
    + "layers end at \(values) % training error: \(verdict)."
}
