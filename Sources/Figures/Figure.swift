package import Charts
package import Experiments
package import Findings

/// A picture that the records of an experiment make, or the structure of networks alone.
package struct Figure: Sendable {
  /// The name of its files, without ending.
  package let name: String
  /// What it shows, one sentence.
  package let summary: String
  /// Whose records it is drawn from; nil where it needs none.
  package let experiment: Experiment?
  private let draw: @Sendable (Comparison?) -> Picture

  /// A chart of records; width and height in points.
  init(
    _ name: String, summary: String, experiment: Experiment, width: Double = 960, height: Double,
    draw: @escaping @Sendable (Comparison) -> Chart
  ) {
    self.init(name, summary: summary, experiment: experiment) { runs in
      .chart(draw(runs), width: width, height: height)
    }
  }

  /// Any picture of records.
  init(
    _ name: String, summary: String, experiment: Experiment,
    draw: @escaping @Sendable (Comparison) -> Picture
  ) {
    self.name = name
    self.summary = summary
    self.experiment = experiment
    self.draw = { runs in
      guard let runs else { preconditionFailure("\(name) is drawn from records") }
      return draw(runs)
    }
  }

  /// A picture of networks as they are, untrained.
  init(_ name: String, summary: String, draw: @escaping @Sendable () -> Picture) {
    self.name = name
    self.summary = summary
    experiment = nil
    self.draw = { _ in draw() }
  }

  /// The picture of runs, which depends on them alone; a figure without an experiment needs none.
  package func picture(of runs: Comparison? = nil) -> Picture {
    precondition(experiment == nil || runs?.groups.isEmpty == false, "\(name) of no records")
    return draw(runs)
  }

  /// Every figure, in the order in which they are best looked at.
  package static let catalog: [Figure] =
    standard(for: .quickstart) + [
      degradation, depthSweep, table6, imageNetStyle, table2, layerResponses, gradientGrowth,
      gradientByDepth, gradientOverTime, gradientRatio, regimes, twoDefendants, pairedTwins,
      structures, blocks, cost,
    ]

  /// The figures that every experiment with plain or residual networks can have, named after it: those
  /// of the quickstart, and of an experiment that a learner writes.
  package static func standard(for experiment: Experiment) -> [Figure] {
    [
      curves(of: experiment),
      gradientByDepth("\(experiment.name)-gradient-by-depth", of: experiment, moments: 2),
      gradientOverTime("\(experiment.name)-gradient-over-time", of: experiment),
    ]
  }
}
