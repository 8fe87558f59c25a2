import Experiments
package import Records

/// How much of the weights their updates are, ‖Δw‖ ÷ ‖w‖, over the layers of one run: at every recorded step
/// the middle of the layers and what nine in ten of them are between.
package struct UpdateCurve {
  package let steps: [Int]
  package let median: [Double]
  package let lower: [Double]
  package let upper: [Double]

  /// At some of the recorded steps of a run.
  package init(_ run: RunRecord, at steps: [Int]) {
    let ratios = steps.map { run.updateRatios(at: $0).map(\.ratio).filter { !$0.isNaN }.sorted() }
    let known = zip(steps, ratios).filter { !$0.1.isEmpty }
    self.steps = known.map(\.0)
    median = known.map { quantile($0.1, 0.5) }
    lower = known.map { quantile($0.1, 0.05) }
    upper = known.map { quantile($0.1, 0.95) }
  }
}

extension RunRecord {
  /// ‖Δw‖ ÷ ‖w‖ of every layer on the main path whose update was measured, at a step.
  package func updateRatios(at step: Int) -> [(layer: Int, ratio: Double)] {
    gradients(.weight, at: step).compactMap { row in
      row.updateRatio.map { (row.layer.index, $0) }
    }
  }

  /// The last recorded step whose updates are known.
  package var lastUpdateStep: Int? {
    gradientSteps.last { step in updateRatios(at: step).contains { !$0.ratio.isNaN } }
  }
}

/// Of sorted values, the one below which a share of them is; not between two of them, since one may be zero
/// or infinite.
private func quantile(_ sorted: [Double], _ share: Double) -> Double {
  sorted[Int((Double(sorted.count - 1) * share).rounded())]
}
