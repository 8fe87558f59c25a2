package import Charts
package import Experiments
package import Records

/// A picture that the records of an experiment make.
package struct Figure: Sendable {
  /// The name of its files, without ending.
  package let name: String
  /// What it shows, one sentence.
  package let summary: String
  package let experiment: Experiment
  /// In points.
  package let width: Double
  package let height: Double
  private let draw: @Sendable (RunsOfExperiment) -> Chart

  init(
    _ name: String, summary: String, experiment: Experiment, width: Double = 960, height: Double,
    draw: @escaping @Sendable (RunsOfExperiment) -> Chart
  ) {
    self.name = name
    self.summary = summary
    self.experiment = experiment
    self.width = width
    self.height = height
    self.draw = draw
  }

  /// The chart of the records of the experiment's runs, of one seed or several. It depends on them
  /// alone.
  package func chart(of records: [RunRecord]) -> Chart {
    precondition(!records.isEmpty, "a figure of no records")
    return draw(RunsOfExperiment(records: records, experiment: experiment))
  }

  /// Every figure, in the order in which they are best looked at.
  package static let catalog: [Figure] = [
    quickstartCurves, quickstartGradientByDepth, quickstartGradientOverTime,
  ]
}
