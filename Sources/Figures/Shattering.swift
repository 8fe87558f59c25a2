import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// Fully connected networks on a line: the gradient at its points, and how fast it forgets its neighbours.
  static let shattering = Figure(
    "shattering",
    summary:
      "The gradient of untrained fully connected networks along a line, and its autocorrelation.",
    from: .experiment(.shattering), width: 1300, height: 640
  ) { runs in
    let profiles = runs.groups.compactMap(AgreementProfile.init).filter(\.isOnLine)
    let columns = LineColumn.allCases.map { column in
      (column: column, profiles: profiles.filter { column.has($0.group) })
    }
    let depth = 25
    func correlation(_ column: LineColumn) -> String? {
      let profile = columns.first { $0.column == column }?.profiles.first {
        $0.group.depth == depth
      }
      return profile.map { fixed($0.line[1].cosine, places: 2) }
    }
    let found = [
      (LineColumn.normalizedPlain, "in the normalized plain network"),
      (.normalizedResidual, "in the residual one"),
      (.plain, "in the plain one that is not normalized"),
    ].compactMap { column, words in correlation(column).map { "\($0) \(words)" } }
    let outcome =
      "With \(depth - 1) hidden layers the gradients of neighbouring points correlate by "
      + sentenceList(found) + "."
    let networks = profiles.first?.line.first?.count ?? 0
    let lags = profiles.first?.line.map { Double($0.lag) } ?? [0, 1]
    let brown = brownAutocorrelation(
      count: max(profiles.first?.group.first.line.count ?? 256, lags.count),
      longestLag: lags.count - 1)
    return Chart(
      title: "Do the gradients of neighbouring points agree?", subtitle: outcome,
      caption: [
        "Untrained networks of 200 units a layer, f from points of a line, 256 of them from −2 to 2, to a number; above, "
          + "of one network, ∂f/∂x divided by the largest; below, its autocorrelation, mean of "
          + "\(counted(networks, "network")) with as many hidden layers as stands at the line. Dashed: brown "
          + "noise, a random walk; white noise has 0.",
        "Normalized by the statistics of the line, as constants. After Balduzzi et al. 2017 "
          + "(arXiv:1702.08591), figures 1 and 2.",
        runs.command.map { "Command: \($0)" } ?? "",
      ].joined(separator: " "),
      alternativeText:
        "Five columns, one for each kind of network: above the gradient against the input, below its "
        + "autocorrelation by distance for networks of 2 to 50 hidden layers. \(outcome)",
      panels: [
        columns.enumerated().map { index, entry in
          let gradients = entry.profiles.first { $0.group.depth == depth }?.gradients ?? []
          return Panel(
            title: entry.column.title,
            x: Axis("x", domain: -2...2),
            y: Axis(
              index == 0 ? "∂f/∂x, \(depth - 1) hidden layers" : "", domain: -1...1,
              isLabelled: index == 0),
            marks: [
              .rule(RuleMark(.atY, 0)),
              .line(
                LineMark(
                  gradients.enumerated().map {
                    Point(-2 + 4 * Double($0) / Double(max(gradients.count - 1, 1)), $1)
                  }, ink: entry.column.ink, width: 1.2, series: entry.column.title)),
            ])
        },
        columns.enumerated().map { index, entry in
          Panel(
            title: "",
            x: Axis("points apart", domain: 0...(lags.last ?? 1), isWhole: true),
            y: Axis(
              index == 0 ? "autocorrelation" : "", domain: -0.2...1, isLabelled: index == 0),
            marks: [
              .rule(RuleMark(.atY, 0)),
              .line(
                LineMark(
                  zip(lags, brown).map { Point($0, $1) }, ink: .reference, width: 1.3,
                  dash: [5, 3],
                  series: "brown noise")),
            ]
              + entry.profiles.filter { $0.group.depth > 2 }.enumerated().map { place, profile in
                let strength = Double(place) / 4
                return .line(
                  LineMark(
                    profile.line.map { Point(Double($0.lag), $0.cosine) },
                    ink: entry.column.ink.strengthened(0.6 * strength),
                    width: 1.2 + 1.2 * strength, label: "\(profile.group.depth - 1)",
                    series: profile.group.name))
              })
        },
      ])
  }
}

/// A kind of fully connected network.
private enum LineColumn: CaseIterable {
  case plain, residual, normalizedPlain, normalizedResidual, weakBranches

  var title: String {
    switch self {
    case .plain: "plain"
    case .residual: "x + F(x)"
    case .normalizedPlain: "plain, normalized"
    case .normalizedResidual: "x + F(x), normalized"
    case .weakBranches: "x + 0.1·F(x), normalized"
    }
  }

  var ink: Ink { self == .plain || self == .normalizedPlain ? .plain : .residual }

  func has(_ group: RunGroup) -> Bool {
    guard let network = group.first.run.configuration?.network else { return false }
    let isNormalized = network.normalization == .batch
    return switch self {
    case .plain: network.kind == .plain && !isNormalized
    case .residual: network.kind == .residual && !isNormalized
    case .normalizedPlain: network.kind == .plain && isNormalized
    case .normalizedResidual:
      network.kind == .residual && isNormalized && network.combination == nil
    case .weakBranches: network.combination != nil
    }
  }
}
