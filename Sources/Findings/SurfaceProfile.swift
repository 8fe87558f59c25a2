package import Records

/// The loss around the weights that a training ended with.
package struct SurfaceProfile: Sendable {
  package let group: RunGroup
  private let rows: [SurfaceRow]
  /// The distances along either direction, ascending.
  package let ticks: [Double]

  /// Nil where it was not measured.
  package init?(_ group: RunGroup) {
    rows = group.first.surface
    self.group = group
    ticks = Set(rows.filter { $0.kind == .plane }.map(\.first)).sorted()
    guard !ticks.isEmpty else { return nil }
  }

  /// The loss row by row, each with the same distance along the second direction; nan where it was not
  /// measured.
  package func plane(_ statistics: SurfaceRow.Statistics) -> [[Double]] {
    let places = Dictionary(uniqueKeysWithValues: ticks.enumerated().map { ($1, $0) })
    var plane = [[Double]](
      repeating: [Double](repeating: .nan, count: ticks.count), count: ticks.count)
    for row in rows where row.kind == .plane && row.statistics == statistics {
      guard let column = places[row.first], let line = places[row.second] else { continue }
      plane[line][column] = row.loss
    }
    return plane
  }

  /// The way from the initial weights, 0, to the final ones, 1.
  package func line(_ statistics: SurfaceRow.Statistics) -> [SurfaceRow] {
    rows.filter { $0.kind == .line && $0.statistics == statistics }
  }

  /// Where training ended.
  package func center(_ statistics: SurfaceRow.Statistics) -> Double {
    loss(at: 0, statistics)
  }

  /// The median loss in all directions at a distance from the end of training, of those places that are the
  /// nearest to it.
  package func loss(at distance: Double, _ statistics: SurfaceRow.Statistics) -> Double {
    let step = ticks.count > 1 ? ticks[1] - ticks[0] : 1
    let losses = rows.filter { row in
      let away = (row.first * row.first + row.second * row.second).squareRoot()
      return row.kind == .plane && row.statistics == statistics
        && abs(away - distance) < 0.5001 * step
    }.map { $0.loss.isNaN ? .infinity : $0.loss }.sorted()
    guard !losses.isEmpty else { return .nan }
    return (losses[(losses.count - 1) / 2] + losses[losses.count / 2]) / 2
  }
}
