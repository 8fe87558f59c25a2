import Charts
import Findings
import Wording

// The marks that several figures share.

extension [Mark] {
  /// A curve of means at places on a band of mean ± standard deviation; without a band of one run.
  static func curve(
    _ x: [Double], _ spreads: [Spread], of group: RunGroup, ink: Ink, width: Double,
    dash: [Double] = [], label: String? = nil, series: String
  ) -> [Mark] {
    curve(
      x, spreads.map(\.mean), lower: spreads.map { $0.mean - $0.deviation },
      upper: spreads.map { $0.mean + $0.deviation }, of: group, ink: ink, width: width, dash: dash,
      label: label, series: series)
  }

  /// The same for a logarithmic axis.
  static func curve(
    _ x: [Double], _ spreads: [GeometricSpread], of group: RunGroup, ink: Ink, width: Double,
    dash: [Double] = [], label: String? = nil, series: String
  ) -> [Mark] {
    curve(
      x, spreads.map(\.mean), lower: spreads.map(\.lower), upper: spreads.map(\.upper), of: group,
      ink: ink, width: width, dash: dash, label: label, series: series)
  }

  private static func curve(
    _ x: [Double], _ means: [Double], lower: [Double], upper: [Double], of group: RunGroup,
    ink: Ink, width: Double, dash: [Double] = [], label: String?, series: String
  ) -> [Mark] {
    let line = Mark.line(
      LineMark(
        zip(x, means).map { Point($0, $1) }, ink: ink, width: width, dash: dash, label: label,
        series: series))
    if group.records.count < 2 { return [line] }
    return [.band(BandMark(x: x, lower: lower, upper: upper, ink: ink, series: series)), line]
  }

  /// Marks where the stages begin: how many filters they have, or their names. Of many stages, every
  /// second, third … is marked.
  static func stageRules(_ profile: LayerProfile) -> [Mark] {
    profile.stageBeginnings.thinned().enumerated().map { index, beginning in
      let filters = beginning.filters.map { index == 0 ? "\($0) filters" : "\($0)" }
      return .rule(
        RuleMark(.atX, beginning.position, label: filters ?? elided(beginning.name, to: 20)))
    }
  }
}

extension Array {
  /// All up to a dozen; of more, so few that their names have room.
  func thinned() -> Self {
    let every = count <= 12 ? 1 : (count + 5) / 6
    return enumerated().filter { $0.offset.isMultiple(of: every) }.map(\.element)
  }
}
