import Charts
import Findings
import Records
import Wording

/// Networks as rows of points, the lowest training error on top: a name, each seed, and their mean.
struct Rungs {
  struct Row {
    let group: RunGroup
    let name: String
    let ink: Ink

    /// The training error of each seed at the end.
    var errors: [Double] { group.records.map(\.finalTrainingError) }
    var mean: Double { Spread(errors).mean }
  }

  let rows: [Row]

  init(
    _ groups: [RunGroup], name: (RunGroup) -> String, ink: (RunGroup) -> Ink = { _ in .residual }
  ) {
    // What diverged is last.
    func place(_ row: Row) -> Double { row.mean.isFinite ? row.mean : .infinity }
    rows = groups.map { Row(group: $0, name: name($0), ink: ink($0)) }
      .sorted { place($0) < place($1) }
  }

  /// Names and errors, from top to bottom.
  var words: String {
    rows.map { "\($0.name) \($0.mean.isFinite ? fixed($0.mean, places: 1) + " %" : "diverges")" }
      .joined(separator: "; ")
  }

  /// The axis of the rows' names.
  func axis(isLabelled: Bool) -> Axis {
    var axis = Axis(
      "", domain: 0.5...Double(max(rows.count, 1)) + 0.5, isReversed: true, isLabelled: isLabelled)
    axis.ticks = rows.enumerated().map { Tick(Double($0 + 1), isLabelled ? $1.name : "") }
    return axis
  }

  /// The points of all rows: their errors, or other numbers of their runs. What diverged is told of at an edge.
  func marks(edge: Double? = nil, _ values: (Row) -> [Double] = \.errors) -> [Mark] {
    rows.enumerated().flatMap { place, row -> [Mark] in
      func point(_ x: Double, _ ink: Ink, radius: Double, isTabulated: Bool) -> Mark {
        .point(
          PointMark(
            Point(x, Double(place + 1)), ink: ink, radius: radius, series: row.name,
            isTabulated: isTabulated))
      }
      let shown = values(row).filter(\.isFinite)
      guard !shown.isEmpty else {
        let place = edge.map { Point($0, Double(place + 1)) }
        return place.map { [.note(NoteMark("diverges", at: $0, anchor: .end))] } ?? []
      }
      let seeds = shown.count > 1 ? shown : []
      return seeds.map { point($0, row.ink.faded(0.5), radius: 2.2, isTabulated: false) }
        + [point(Spread(shown).mean, row.ink, radius: 4, isTabulated: true)]
    }
  }
}
