import Charts
import Experiments
import Findings
import Records
import Wording

/// Training and evaluation errors over time, as every figure of curves shows them: the training error
/// of single mini-batches thin, its mean between evaluations dashed, the evaluation error solid. Where
/// networks are named in a legend, dashes tell them apart instead.
struct ErrorCurves {
  let runs: Comparison
  private let hasLegend: Bool

  init(_ runs: Comparison, hasLegend: Bool = false) {
    self.runs = runs
    self.hasLegend = hasLegend
  }

  /// The dashes of a network's means.
  func dash(of network: RunGroup, training: Bool = false) -> [Double] {
    hasLegend ? runs.dash(of: network, among: runs.groups) : training ? [6, 3] : []
  }

  /// Whether a run is long enough to count in epochs, and epochs are equally long in all.
  private var countsEpochs: Bool {
    let rows = runs.records.compactMap(\.evaluations.last)
    guard rows.count == runs.records.count, rows.allSatisfy({ $0.epoch > 0 }) else { return false }
    let stepsPerEpoch = Set(rows.map { (Double($0.step) / $0.epoch).rounded() })
    return stepsPerEpoch.count == 1 && (rows.map(\.epoch).max() ?? 0) >= 1
  }

  /// Time in steps or in epochs.
  var timeAxis: Axis {
    let iterations = Double(runs.records.map(\.iterations).max() ?? 1)
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
      let begin = record.iterations / 10
      let rows = record.evaluations.filter { $0.step > begin }
      let evaluated = (rows.isEmpty ? record.evaluations : rows).flatMap {
        [$0.trainingError, $0.evaluationError]
      }
      return record.tellsTrainingError
        ? evaluated
        : evaluated + record.means(of: \.error).filter { $0.step > begin }.map(\.value)
    }
    let highest = errors.filter(\.isFinite).max() ?? 100
    return Axis("error (%)", domain: 0...min(100, (highest / 10 + 0.2).rounded(.up) * 10))
  }

  /// Guessing one of ten classes, as in every data set here, if the axis reaches so far; and where the
  /// learning rate drops.
  var rules: [Mark] {
    let chance =
      runs.isOurs && errorAxis.domain.upperBound > 90
      ? [Mark.rule(RuleMark(.atY, 90, label: "chance"))] : []
    let drops = Set(runs.records.map { $0.run.configuration?.schedule.drops ?? [] })
    return chance
      + (drops.count == 1 ? drops.first ?? [] : []).map { drop in
        let change = drop.factor < 1 ? "÷ \(rate(1 / drop.factor))" : "× \(rate(drop.factor))"
        return .rule(RuleMark(.atX, time(drop.iteration), label: "rate \(change)"))
      }
  }

  /// A factor of the learning rate: `10`, `2.5`.
  private func rate(_ factor: Double) -> String {
    let tenths = fixed(factor, places: 1)
    return tenths.hasSuffix(".0") ? String(tenths.dropLast(2)) : tenths
  }

  /// The training error of single mini-batches of a network's first seed.
  func raw(_ network: RunGroup) -> [Mark] {
    raw(network, series: "\(network.name) mini-batches", \.error)
  }

  /// A number of single mini-batches of a network's first seed, thin.
  func raw(_ network: RunGroup, series: String, _ value: (StepRow) -> Double) -> [Mark] {
    let points = network.first.steps.map { Point(time($0.step), value($0)) }
    return [
      .line(
        LineMark(
          outline(points), ink: runs.ink(of: network).faded(0.55), width: 0.6, series: series,
          isTabulated: false))
    ]
  }

  /// The mean training error between evaluations, dashed, on a band over seeds; where evaluations do
  /// not tell it, its means over parts of the training.
  func training(
    _ network: RunGroup, label: String? = nil, ink: Ink? = nil
  ) -> [Mark] {
    let points = network.records.map { record in
      record.tellsTrainingError
        ? record.evaluations.map { (step: $0.step, value: $0.trainingError) }
        : record.means(of: \.error)
    }
    return curve(
      points, of: network, label: label, series: "\(network.name) training",
      dash: dash(of: network, training: true), ink: ink)
  }

  /// The error on held-out images, on a band over seeds.
  func evaluation(
    _ network: RunGroup, label: String? = nil, ink: Ink? = nil
  ) -> [Mark] {
    curve(
      network.records.map { record in
        record.evaluations.map { (step: $0.step, value: $0.evaluationError) }
      }, of: network, label: label, series: "\(network.name) evaluation",
      dash: dash(of: network), ink: ink)
  }

  private func curve(
    _ points: [[(step: Int, value: Double)]], of network: RunGroup, label: String?,
    series: String, dash: [Double], ink: Ink? = nil
  ) -> [Mark] {
    let spread = spreads(points.map { $0.map(\.value) })
    return [Mark].curve(
      points[0].prefix(spread.count).map { time($0.step) }, spread, of: network,
      ink: ink ?? runs.ink(of: network), width: runs.width(of: network), dash: dash, label: label,
      series: series)
  }

  /// What dashes are, for captions.
  var meanRemark: String {
    "Training error: mean of \(runs.window) mini-batches."
  }

  /// What dashes and thin lines are, for captions.
  var remark: String {
    let several = runs.seedCount > 1
    guard !hasLegend else {
      let thin = "Thin: single mini-batches\(several ? " of the first seed" : ""); thick: "
      let isRecorded =
        runs.records.contains(where: \.hasErrors) && runs.records.allSatisfy(\.tellsTrainingError)
      return thin
        + (isRecorded
          ? "training error as recorded at evaluations." : "means over parts of the training.")
    }
    let window = runs.window
    let every = runs.groups.first?.first.lossInterval ?? 1
    let single =
      every == 1 ? "each mini-batch" : "one mini-batch in \(every)"
    return "Training error: thin, \(single)\(several ? " of the first seed" : ""); "
      + "dashed, mean of \(window) mini-batches\(several ? " and over seeds" : "")."
  }
}

/// A line of so many points that a picture shows them all; of more, the least and the greatest of each of
/// so many parts of it.
func outline(_ points: [Point], limit: Int = 4000) -> [Point] {
  guard points.count > limit else { return points }
  let size = (2 * points.count + limit - 1) / limit
  return stride(from: 0, to: points.count, by: size).flatMap { start -> [Point] in
    let part = points[start..<min(start + size, points.count)]
    let finite = part.indices.filter { part[$0].y.isFinite }
    guard let least = finite.min(by: { part[$0].y < part[$1].y }),
      let greatest = finite.max(by: { part[$0].y < part[$1].y })
    else { return [part[start]] }
    return Set([least, greatest]).sorted().map { part[$0] }
  }
}
