import Charts
import Experiments
import Findings
import Records

/// Rows of points, the lowest on top: a name, what each run has, and their mean.
struct Rungs {
  struct Row {
    let name: String
    let ink: Ink
    /// One for each seed.
    let values: [Double]

    var mean: Double { Spread(values).mean }
  }

  let rows: [Row]

  /// The axis of the rows' names.
  func axis(isLabelled: Bool) -> Axis {
    var axis = Axis(
      "", domain: 0.5...Double(max(rows.count, 1)) + 0.5, isReversed: true, isLabelled: isLabelled)
    axis.ticks = rows.enumerated().map { Tick(Double($0 + 1), isLabelled ? $1.name : "") }
    return axis
  }

  /// The points of all rows, or of other numbers in the same order.
  func marks(_ values: [[Double]]? = nil, edge: Double? = nil) -> [Mark] {
    rows.enumerated().flatMap { place, row -> [Mark] in
      let numbers = values?[place] ?? row.values
      let y = Double(place + 1)
      let shown = numbers.filter(\.isFinite)
      let mean = Spread(shown).mean
      let dots =
        shown.count > 1
        ? shown.map {
          Mark.point(
            PointMark(Point($0, y), ink: row.ink.faded(0.5), radius: 2.2, series: row.name))
        } : []
      guard mean.isFinite else {
        return edge.map { [.note(NoteMark("diverges", at: Point($0, y), anchor: .end))] } ?? []
      }
      return dots + [
        .point(
          PointMark(Point(mean, y), ink: row.ink, radius: 4, series: row.name, isTabulated: true))
      ]
    }
  }
}
