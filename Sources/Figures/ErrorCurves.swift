import Charts
import Experiments
import Records

/// Training and evaluation errors over time, as every figure of curves shows them: the training error
/// of single mini-batches thin, its mean between evaluations dashed, the evaluation error solid.
struct ErrorCurves {
  let runs: RunsOfExperiment

  init(_ runs: RunsOfExperiment) { self.runs = runs }

  /// Whether a run is long enough to count in epochs, and epochs are equally long in all.
  private var countsEpochs: Bool {
    let rows = runs.records.compactMap(\.evaluations.last)
    let stepsPerEpoch = Set(rows.map { (Double($0.step) / $0.epoch).rounded() })
    return stepsPerEpoch.count == 1 && (rows.map(\.epoch).max() ?? 0) >= 1
  }

  /// Time in steps or in epochs.
  var timeAxis: Axis {
    let iterations = Double(runs.records.map(\.configuration.schedule.iterations).max() ?? 1)
    return countsEpochs
      ? Axis("epoch", domain: 0...(iterations * epochsPerStep), isWhole: true)
      : Axis("training step", domain: 0...iterations, isWhole: true)
  }

  private var epochsPerStep: Double {
    guard let row = runs.records.compactMap(\.evaluations.last).first else { return 1 }
    return row.epoch / Double(row.step)
  }

  /// Where on the time axis a number of steps is.
  func time(_ step: Int) -> Double {
    countsEpochs ? Double(step) * epochsPerStep : Double(step)
  }

  /// Errors from zero to a round number above what is left after the first tenth of the training.
  var errorAxis: Axis {
    let errors = runs.records.flatMap { record -> [Double] in
      let begin = record.configuration.schedule.iterations / 10
      let rows = record.evaluations.filter { $0.step > begin }
      return (rows.isEmpty ? record.evaluations : rows).flatMap {
        [$0.trainingError, $0.evaluationError]
      }
    }
    let highest = errors.filter(\.isFinite).max() ?? 100
    return Axis("error (%)", domain: 0...min(100, (highest / 10 + 0.2).rounded(.up) * 10))
  }

  /// Guessing one of ten classes, if the axis reaches so far; and where the learning rate drops.
  var rules: [Mark] {
    let chance =
      errorAxis.domain.upperBound > 90 ? [Mark.rule(RuleMark(.atY, 90, label: "chance"))] : []
    let drops = runs.records.first?.configuration.schedule.drops ?? []
    return chance + drops.map { .rule(RuleMark(.atX, time($0.iteration), label: "rate ÷ 10")) }
  }

  /// The training error of single mini-batches of a network's first seed.
  func raw(_ network: Arm) -> [Mark] {
    guard let first = runs.runs(of: network).first else { return [] }
    let points = first.steps.map { Point(time($0.step), $0.error) }
    return [.line(LineMark(points, ink: runs.ink(of: network).faded(0.55), width: 0.6))]
  }

  /// The mean training error between evaluations, dashed, on a band over seeds.
  func training(
    _ network: Arm, label: String? = nil, ink: Ink? = nil
  ) -> [Mark] {
    curve(network, label: label, series: "\(network.name) training", dash: [6, 3], ink: ink) {
      $0.trainingError
    }
  }

  /// The error on held-out images, on a band over seeds.
  func evaluation(_ network: Arm, label: String? = nil) -> [Mark] {
    curve(network, label: label, series: "\(network.name) evaluation", dash: []) {
      $0.evaluationError
    }
  }

  private func curve(
    _ network: Arm, label: String?, series: String, dash: [Double],
    ink: Ink? = nil, _ value: (EvaluationRow) -> Double
  ) -> [Mark] {
    let ofNetwork = runs.runs(of: network)
    let spread = spreads(ofNetwork.map { $0.evaluations.map(value) })
    let x = (ofNetwork.first?.evaluations ?? []).prefix(spread.count).map { time($0.step) }
    let ink = ink ?? runs.ink(of: network)
    let line = Mark.line(
      LineMark(
        zip(x, spread).map { Point($0, $1.mean) }, ink: ink, width: 1.9, dash: dash, label: label,
        series: series))
    if ofNetwork.count < 2 { return [line] }
    let band = BandMark(
      x: x, lower: spread.map { $0.mean - $0.deviation },
      upper: spread.map { $0.mean + $0.deviation }, ink: ink, series: series)
    return [.band(band), line]
  }

  /// What dashes are, for captions.
  var meanRemark: String {
    "Training error: mean of \(runs.records.first?.finalWindow ?? 0) mini-batches."
  }

  /// What dashes and thin lines are, for captions.
  var remark: String {
    let window = runs.records.first?.finalWindow ?? 0
    let every = runs.records.first?.configuration.recording.lossInterval ?? 1
    let single =
      every == 1 ? "each mini-batch" : "one mini-batch in \(every)"
    return "Training error: thin, \(single)\(runs.seedCount > 1 ? " of the first seed" : ""); "
      + "dashed, mean of \(window) mini-batches\(runs.seedCount > 1 ? " and over seeds" : "")."
  }
}

extension RunsOfExperiment {
  /// `28.7 %`, with the deviation where there are several seeds.
  func trainingError(of network: Arm) -> String {
    described(spread(of: network, \.finalTrainingError), seeds: runs(of: network).count)
  }

  func evaluationError(of network: Arm) -> String {
    described(spread(of: network, \.finalEvaluationError), seeds: runs(of: network).count)
  }

  private func described(_ spread: Spread, seeds: Int) -> String {
    seeds > 1 ? "\(plain(spread.mean)) ± \(percent(spread.deviation))" : percent(spread.mean)
  }

  /// Whether the deeper of two networks ends with the higher training error, in a sentence.
  func comparison(
    deeper: Arm, shallower: Arm
  ) -> String {
    let difference =
      spread(of: deeper, \.finalTrainingError).mean
      - spread(of: shallower, \.finalTrainingError).mean
    guard difference.isFinite else { return "\(deeper.name) or \(shallower.name) diverged." }
    let verdict =
      abs(difference) < 0.05
      ? "as high as" : "\(plain(abs(difference))) points \(difference > 0 ? "above" : "below")"
    return "The training error of \(deeper.name) ends at \(trainingError(of: deeper)), \(verdict) "
      + "that of \(shallower.name) at \(trainingError(of: shallower))."
  }
}
