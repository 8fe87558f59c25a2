import Charts
import Experiments
import Records

extension Figure {
  /// Training and evaluation error over the steps, in the shape of the paper's figure 1.
  static let quickstartCurves = Figure(
    "quickstart-curves",
    summary: "Training and evaluation error of plain and residual networks over the steps.",
    experiment: .quickstart, height: 500
  ) { runs in
    let iterations = runs.records.map(\.configuration.schedule.iterations).max() ?? 1
    let x = Axis("training step", domain: 0...Double(iterations), isWhole: true)
    let y = Axis("error (%)", domain: 0...100)
    var unlabelled = y
    unlabelled.title = ""
    let evaluationSet = runs.records.first?.context.evaluationSet ?? ""
    return Chart(
      title: "Training and evaluation error of plain and residual networks",
      subtitle: outcome(of: runs),
      caption: runs.caption(
        "Training error: thin, each mini-batch\(runs.seedCount > 1 ? " of the first seed" : "");",
        "dashed, mean of the last \(smoothing)\(runs.seedCount > 1 ? ", mean over seeds" : "").",
        "Evaluation: \(evaluationSet).",
        runs.seedCount > 1 ? "Bands: mean ± standard deviation, n = \(runs.seedCount)." : ""),
      alternativeText: "Two panels over the training step: training error and evaluation error of "
        + runs.networks.map(\.name).joined(separator: ", ") + ". " + outcome(of: runs),
      panels: [
        [
          Panel(title: "training error", x: x, y: y, marks: [chance] + trainingMarks(runs)),
          Panel(
            title: "evaluation error", x: x, y: unlabelled, marks: [chance] + evaluationMarks(runs)),
        ]
      ])
  }
}

/// Mini-batches over which the training error is averaged.
private let smoothing = 20
private let finalWindow = 50

/// Guessing one of ten classes.
private let chance = Mark.rule(RuleMark(.atY, 90, label: "chance"))

/// What became of the deepest twins, in a sentence.
private func outcome(of runs: RunsOfExperiment) -> String {
  let ends = NetworkConfiguration.Kind.allCases.compactMap { kind -> String? in
    guard let network = runs.deepest(kind) else { return nil }
    let errors = runs.runs(of: network).map { $0.trainingError(overLast: finalWindow) }
    let spread = Spread(errors)
    let deviation = errors.count > 1 ? " ± \(percent(spread.deviation))" : ""
    return "\(percent(spread.mean))\(deviation) for \(network.name)"
  }
  return "Over the last \(finalWindow) steps the training error is "
    + ends.joined(separator: " and ") + "."
}

private func trainingMarks(_ runs: RunsOfExperiment) -> [Mark] {
  let depth = runs.networks.map(\.depth).max() ?? 0
  var raw: [Mark] = []
  var smooth: [Mark] = []
  for network in runs.networks {
    let ink = network.ink(deepest: depth)
    let ofNetwork = runs.runs(of: network)
    if let first = ofNetwork.first {
      let points = first.steps.map { Point(Double($0.step), $0.error) }
      raw.append(.line(LineMark(points, ink: ink.faded(0.6), width: 0.7)))
    }
    let spread = spreads(
      ofNetwork.map { runningMean($0.steps.map(\.error), window: smoothing) })
    let steps = (ofNetwork.first?.steps ?? []).map { Double($0.step) }
    smooth += curve(
      network.name, steps, spread, ink: ink, seeds: ofNetwork.count, dash: [6, 3])
  }
  return raw + smooth
}

private func evaluationMarks(_ runs: RunsOfExperiment) -> [Mark] {
  let depth = runs.networks.map(\.depth).max() ?? 0
  return runs.networks.flatMap { network in
    let ofNetwork = runs.runs(of: network)
    return curve(
      network.name, (ofNetwork.first?.epochs ?? []).map { Double($0.step) },
      spreads(ofNetwork.map { $0.epochs.map(\.evaluationError) }),
      ink: network.ink(deepest: depth), seeds: ofNetwork.count, dash: [])
  }
}

/// A line with its name at the end, on a band where there are several seeds.
private func curve(
  _ name: String, _ x: [Double], _ spread: [Spread], ink: Ink, seeds: Int, dash: [Double]
) -> [Mark] {
  let points = zip(x, spread).map { Point($0, $1.mean) }
  let line = Mark.line(LineMark(points, ink: ink, width: 2, dash: dash, label: name))
  if seeds < 2 { return [line] }
  let band = BandMark(
    x: Array(x.prefix(spread.count)), lower: spread.map { $0.mean - $0.deviation },
    upper: spread.map { $0.mean + $0.deviation }, ink: ink)
  return [.band(band), line]
}
