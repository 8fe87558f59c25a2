/// Where a function that is known on a grid has a value: curves through its cells, each as long as it goes.
///
/// Marching squares: on an edge between two corners, one above the level and one not, the curve passes where
/// the value would be by the straight line between them. Cells with a corner that is no number have none. Of a
/// cell with two pairs of opposite corners, the two below are parted.
///
/// - Parameters:
///   - x: The columns, ascending.
///   - y: The rows, ascending.
///   - values: Row by row.
///   - level: The value.
package func contours(
  of values: [[Double]], x: [Double], y: [Double], at level: Double
) -> [[Point]] {
  var ways: [GridEdge: [GridEdge]] = [:]
  func join(_ one: GridEdge, _ other: GridEdge) {
    ways[one, default: []].append(other)
    ways[other, default: []].append(one)
  }
  for row in 0..<max(y.count - 1, 0) {
    for column in 0..<max(x.count - 1, 0) {
      let corners = [
        values[row][column], values[row][column + 1], values[row + 1][column + 1],
        values[row + 1][column],
      ]
      guard corners.allSatisfy({ !$0.isNaN }) else { continue }
      let edges = [
        GridEdge(row: row, column: column, isAcross: true),
        GridEdge(row: row, column: column + 1, isAcross: false),
        GridEdge(row: row + 1, column: column, isAcross: true),
        GridEdge(row: row, column: column, isAcross: false),
      ]
      let isAbove = corners.map { $0 > level }
      let crossed = (0..<4).filter { isAbove[$0] != isAbove[($0 + 1) % 4] }
      if crossed.count == 2 {
        join(edges[crossed[0]], edges[crossed[1]])
      } else if crossed.count == 4 {
        // Around each corner below: its edges are the one before it and its own.
        for corner in 0..<4 where !isAbove[corner] { join(edges[(corner + 3) % 4], edges[corner]) }
      }
    }
  }
  func point(_ edge: GridEdge) -> Point {
    let other = (
      row: edge.row + (edge.isAcross ? 0 : 1), column: edge.column + (edge.isAcross ? 1 : 0)
    )
    let (from, to) = (values[edge.row][edge.column], values[other.row][other.column])
    let part = (from.isInfinite || to.isInfinite) ? 0.5 : (level - from) / (to - from)
    return Point(
      x[edge.column] + part * (x[other.column] - x[edge.column]),
      y[edge.row] + part * (y[other.row] - y[edge.row]))
  }
  var curves: [[Point]] = []
  // Open curves from an end, then closed ones from anywhere, always in the same order.
  let order = ways.keys.sorted()
  for start in order.filter({ ways[$0]?.count == 1 }) + order {
    guard ways[start]?.isEmpty == false else { continue }
    var curve = [point(start)]
    var here = start
    while let next = ways[here]?.first {
      ways[here]?.removeFirst()
      if let back = ways[next]?.firstIndex(of: here) { ways[next]?.remove(at: back) }
      curve.append(point(next))
      here = next
    }
    curves.append(curve)
  }
  return curves
}

/// The way from a place of a grid to the next in its row, or in its column.
private struct GridEdge: Hashable, Comparable {
  let row: Int
  let column: Int
  let isAcross: Bool

  static func < (one: GridEdge, other: GridEdge) -> Bool {
    (one.row, one.column, one.isAcross ? 0 : 1) < (other.row, other.column, other.isAcross ? 0 : 1)
  }
}
