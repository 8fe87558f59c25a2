package import Charts
package import Experiments
package import Records

/// A picture that the records of an experiment make, or the structure of networks alone.
package struct Figure: Sendable {
  /// The name of its files, without ending.
  package let name: String
  /// What it shows, one sentence.
  package let summary: String
  /// Whose records it is drawn from; nil where it needs none.
  package let experiment: Experiment?
  private let draw: @Sendable ([RunRecord]) -> Picture

  /// A chart of records; width and height in points.
  init(
    _ name: String, summary: String, experiment: Experiment, width: Double = 960, height: Double,
    draw: @escaping @Sendable (RunsOfExperiment) -> Chart
  ) {
    self.name = name
    self.summary = summary
    self.experiment = experiment
    self.draw = { records in
      precondition(!records.isEmpty, "a figure of no records")
      let runs = RunsOfExperiment(records: records, experiment: experiment)
      return .chart(draw(runs), width: width, height: height)
    }
  }

  /// A picture of networks as they are, untrained.
  init(_ name: String, summary: String, draw: @escaping @Sendable () -> Picture) {
    self.name = name
    self.summary = summary
    experiment = nil
    self.draw = { _ in draw() }
  }

  /// The picture of the records of the experiment's runs, of one seed or several. It depends on
  /// them alone.
  package func picture(of records: [RunRecord] = []) -> Picture { draw(records) }

  /// Every figure, in the order in which they are best looked at.
  package static let catalog: [Figure] = [
    quickstartCurves, quickstartGradientByDepth, quickstartGradientOverTime, structures, blocks,
    cost,
  ]
}
