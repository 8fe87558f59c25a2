/// A question and the runs that answer it.
package struct Experiment: Sendable {
  package let name: String
  /// What the runs are to find out, one sentence.
  package let question: String
  /// What it costs, one phrase: time on two cores, data, networks.
  package let cost: String
  /// Where its images come from unless the user says otherwise.
  package let dataset: DatasetConfiguration
  /// The runs of one seed on given images, in the order in which they are trained.
  package let runs:
    @Sendable (_ dataset: DatasetConfiguration, _ seed: UInt64) -> [RunConfiguration]

  /// The runs of the seeds 0 ..< `seeds`.
  package func runs(seeds: Int, on dataset: DatasetConfiguration? = nil) -> [RunConfiguration] {
    (0..<UInt64(seeds)).flatMap { runs(dataset ?? self.dataset, $0) }
  }
}

extension Experiment {
  /// Every experiment, by name.
  package static let catalog: [Experiment] = [quickstart]

  /// The experiment of a name.
  package static func named(_ name: String) -> Experiment? {
    catalog.first { $0.name == name }
  }
}
