/// What stands for data in a panel.
package enum Mark: Hashable, Sendable {
  case line(LineMark)
  case band(BandMark)
  case rule(RuleMark)
  case note(NoteMark)
  case heatMap(HeatMapMark)
  case point(PointMark)
}

/// A curve through points.
///
/// Where a value is not a number the curve has a gap. A value without a place on the axis is not
/// dropped: a triangle at the lower edge stands for an exact zero on a logarithmic axis, one at the
/// upper edge for infinity.
package struct LineMark: Hashable, Sendable {
  package var points: [Point]
  package var ink: Ink
  package var width: Double
  package var dash: [Double]
  /// Written beside the last point.
  package var label: String?
  /// What the curve is called.
  package var series: String?
  /// Whether its points are in the table of the picture.
  package var isTabulated: Bool

  package init(
    _ points: [Point], ink: Ink, width: Double = 2, dash: [Double] = [], label: String? = nil,
    series: String? = nil, isTabulated: Bool = true
  ) {
    self.series = series ?? label
    self.isTabulated = isTabulated
    self.points = points
    self.ink = ink
    self.width = width
    self.dash = dash
    self.label = label
  }
}

/// The room between a lower and an upper curve, such as mean ± standard deviation.
package struct BandMark: Hashable, Sendable {
  package var x: [Double]
  package var lower: [Double]
  package var upper: [Double]
  package var ink: Ink
  /// What the band is called in the chart's table of data; one without a name is not in it.
  package var series: String?

  package init(
    x: [Double], lower: [Double], upper: [Double], ink: Ink, series: String? = nil
  ) {
    self.series = series
    precondition(
      x.count == lower.count && x.count == upper.count,
      "a band of \(x.count) places, \(lower.count) lower and \(upper.count) upper ends")
    self.x = x
    self.lower = lower
    self.upper = upper
    self.ink = ink
  }
}

/// A thin line across the panel at a value of x or y, with its name at its upper or right end.
package struct RuleMark: Hashable, Sendable {
  package enum Direction: Hashable, Sendable { case atX, atY }

  package var direction: Direction
  package var value: Double
  package var label: String

  package init(_ direction: Direction, _ value: Double, label: String = "") {
    self.direction = direction
    self.value = value
    self.label = label
  }
}

/// A remark beside a point of the plane.
package struct NoteMark: Hashable, Sendable {
  package var string: String
  package var point: Point
  /// Which end of the text is at the point.
  package var anchor: Text.Anchor

  package init(_ string: String, at point: Point, anchor: Text.Anchor = .start) {
    self.string = string
    self.point = point
    self.anchor = anchor
  }
}

/// A disc at a point of the plane, with its name beside it.
package struct PointMark: Hashable, Sendable {
  /// Where the name is, seen from the point.
  package enum Side: Hashable, Sendable { case left, right, above, below }

  package var point: Point
  package var ink: Ink
  package var radius: Double
  package var label: String
  package var side: Side
  /// What the point is called where it has no label.
  package var series: String?
  /// Whether it has a row in the table; points with labels always have one.
  package var isTabulated: Bool

  package init(
    _ point: Point, ink: Ink, radius: Double = 4, label: String = "", side: Side = .right,
    series: String? = nil, isTabulated: Bool = false
  ) {
    self.series = series
    self.isTabulated = isTabulated || !label.isEmpty
    self.point = point
    self.ink = ink
    self.radius = radius
    self.label = label
    self.side = side
  }
}

/// Cells coloured by the logarithm of their values: columns along x between given edges, rows one
/// unit high around 1, 2, 3, … along y.
package struct HeatMapMark: Hashable, Sendable {
  /// One more than there are columns, ascending.
  package var edges: [Double]
  /// Row by row; each as long as there are columns.
  package var rows: [[Double]]

  package init(edges: [Double], rows: [[Double]]) {
    precondition(
      rows.allSatisfy { $0.count == edges.count - 1 },
      "rows of \(rows.map(\.count)) cells between \(edges.count) edges")
    self.edges = edges
    self.rows = rows
  }
}
