import Charts
import Findings
import Records

/// The training loss over time: that of single mini-batches thin, means over parts of the training thick.
struct LossCurves {
  private let runs: Comparison
  private let time: ErrorCurves

  init(_ runs: Comparison, _ time: ErrorCurves) {
    self.runs = runs
    self.time = time
  }

  /// From zero, or from below it, to a number above what is left behind the first tenth of the training.
  var axis: Axis {
    let losses = runs.records.flatMap { record -> [Double] in
      let steps = record.steps
      return steps.dropFirst(steps.count / 10).map(\.loss)
    }
    let range = Scale.Kind.linear.domain(covering: losses)
    return Axis(
      "loss", domain: Scale.Kind.linear.nice(min(0, range.lowerBound)...range.upperBound))
  }

  func raw(_ network: RunGroup) -> [Mark] {
    time.raw(network, series: "\(network.name) loss of mini-batches", \.loss)
  }

  func mean(_ network: RunGroup) -> [Mark] {
    let means = network.records.map { $0.means(of: \.loss) }
    let spread = spreads(means.map { $0.map(\.value) })
    return [Mark].curve(
      means[0].prefix(spread.count).map { time.time($0.step) }, spread, of: network,
      ink: runs.ink(of: network), width: runs.width(of: network), dash: time.dash(of: network),
      series: "\(network.name) loss")
  }
}
