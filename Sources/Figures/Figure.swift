package import Charts
package import Experiments
package import Findings
import Records

/// A picture that records make, or the structure of networks alone.
package struct Figure: Sendable {
  /// What a figure is drawn from.
  package enum Source: Sendable {
    /// The records of an experiment.
    case experiment(Experiment)
    /// The records of certain runs of other programs.
    case recordings(Recordings)
    /// The records of any runs that it is given.
    case runs
    /// Networks as they are, untrained.
    case structures

    var isOfExperiment: Bool { if case .experiment = self { true } else { false } }
  }

  /// The name of its files, without ending.
  package let name: String
  /// What it shows, one sentence.
  package let summary: String
  package let source: Source
  private let draw: @Sendable (Comparison?) -> Picture
  private let hasData: @Sendable (Comparison) -> Bool

  /// A chart of records; width and height in points.
  init(
    _ name: String, summary: String, from source: Source, width: Double = 960, height: Double,
    where hasData: @escaping @Sendable (Comparison) -> Bool = { _ in true },
    draw: @escaping @Sendable (Comparison) -> Chart
  ) {
    self.init(name, summary: summary, from: source, where: hasData) { runs in
      .chart(draw(runs), width: width, height: height)
    }
  }

  /// Any picture of records. `hasData` tells whether they have the tables that it shows.
  init(
    _ name: String, summary: String, from source: Source,
    where hasData: @escaping @Sendable (Comparison) -> Bool = { _ in true },
    draw: @escaping @Sendable (Comparison) -> Picture
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.hasData = hasData
    self.draw = { runs in
      guard let runs else { preconditionFailure("\(name) is drawn from records") }
      return draw(runs)
    }
  }

  /// A picture of networks as they are, untrained.
  init(_ name: String, summary: String, draw: @escaping @Sendable () -> Picture) {
    self.name = name
    self.summary = summary
    source = .structures
    hasData = { _ in true }
    self.draw = { _ in draw() }
  }

  /// Whose records it is drawn from; nil of a figure of any runs, or of none.
  package var experiment: Experiment? {
    if case .experiment(let experiment) = source { experiment } else { nil }
  }

  /// The runs of other programs that it is drawn from; nil of all other figures.
  package var recordings: Recordings? {
    if case .recordings(let recordings) = source { recordings } else { nil }
  }

  /// Whether it needs no records.
  package var isOfStructures: Bool { if case .structures = source { true } else { false } }

  /// Whether runs have what it shows. Not all do: records of earlier versions have fewer tables.
  package func canShow(_ runs: Comparison) -> Bool { hasData(runs) }

  /// The picture of runs, which depends on them alone; that of structures needs none.
  package func picture(of runs: Comparison? = nil) -> Picture {
    precondition(isOfStructures || runs?.groups.isEmpty == false, "\(name) of no records")
    return draw(runs)
  }

  /// Every figure, in the order in which they are best looked at.
  package static let catalog: [Figure] =
    standard(for: .quickstart) + [
      degradation, depthSweep, table6, imageNetStyle, table2, layerResponses, gradientGrowth,
      gradientByDepth, gradientOverTime, gradientRatio, regimes, twoDefendants, pairedTwins,
      updates, zeroGradients, twoRoads("two-roads", from: .quickstart),
      additions("additions", from: .quickstart),
      twoRoads("gradient-flow-two-roads", from: .gradientFlow),
      additions("gradient-flow-additions", from: .gradientFlow), ladder, surgery, operations,
      lesions, paths, shattering, agreement, surface,
    ] + ownNetworks + [structures] + structuresOfDepths + [blocks, cost]

  /// The figures that a lesson shows of networks that PyTorch trained.
  private static let ownNetworks = [
    gradientByDepth(
      "own-resnet-gradient-by-depth", from: .recordings(.ownResNet), moments: 2),
    gradientByDepth(
      "own-resnet-no-norm-gradient-by-depth", from: .recordings(.ownResNetWithoutNorm), moments: 2),
    curves("own-transformer-curves", from: .recordings(.ownTransformer)),
    gradientByDepth(
      "own-transformer-gradient-by-depth", from: .recordings(.ownTransformer), moments: 2),
    updateRatio("own-transformer-update-ratio", from: .recordings(.ownTransformer)),
  ]

  /// The figures of any runs, named after them: those that they have records for.
  package static func recorded(_ name: String, of runs: Comparison) -> [Figure] {
    let all = runs.records
    let hasUpdates = all.contains { $0.lastUpdateStep != nil }
    let hasResponses = all.contains { !$0.responses.isEmpty }
    let hasGradients = all.contains { !$0.gradients.isEmpty }
    return [curves("\(name)-curves", from: .runs)]
      + (hasGradients
        ? [
          gradientByDepth("\(name)-gradient-by-depth", from: .runs, moments: 2),
          gradientOverTime("\(name)-gradient-over-time", from: .runs),
        ] : [])
      + (hasUpdates ? [updateRatio("\(name)-update-ratio", from: .runs)] : [])
      + (hasResponses ? [responses("\(name)-responses", from: .runs)] : [])
  }

  /// The figures that every experiment with plain or residual networks can have, named after it: those
  /// of the quickstart, and of an experiment that a learner writes.
  package static func standard(for experiment: Experiment) -> [Figure] {
    [
      curves("\(experiment.name)-curves", from: .experiment(experiment)),
      gradientByDepth(
        "\(experiment.name)-gradient-by-depth", from: .experiment(experiment), moments: 2),
      gradientOverTime(
        "\(experiment.name)-gradient-over-time", from: .experiment(experiment)),
    ]
  }
}

extension Comparison {
  /// The networks that a figure of single ones shows: of runs that somebody named, all; of experiments,
  /// the deepest of each role.
  func shown(in source: Figure.Source) -> [RunGroup] {
    source.isOfExperiment ? deepest : groups
  }

  /// Their names and inks above the panels, where names may be long; those of experiments stand at the
  /// ends of their lines, and one alone in the title.
  func legend(in source: Figure.Source) -> [LegendEntry] {
    source.isOfExperiment || groups.count < 2 ? [] : legend(of: groups)
  }

  /// The names and inks of networks.
  func legend(of groups: [RunGroup]) -> [LegendEntry] {
    groups.map {
      LegendEntry(
        .line(ink(of: $0), width: width(of: $0), dash: dash(of: $0, among: groups)), $0.name)
    }
  }

  /// The dashes of one of several networks whose names are not at their lines, so that a print without
  /// colours tells them apart, too.
  func dash(of group: RunGroup, among groups: [RunGroup]) -> [Double] {
    let patterns: [[Double]] = [[], [7, 2.5], [1.8, 2.2], [9, 2.5, 1.8, 2.5]]
    let place = groups.firstIndex { $0.name == group.name } ?? 0
    return patterns[place % patterns.count]
  }
}
