import RealModule
import Testing

@testable import Charts

@Suite("Contours")
struct ContourTests {
  private let ticks = (0..<21).map { Double($0) / 10 - 1 }

  private func grid(_ value: (Double, Double) -> Double) -> [[Double]] {
    ticks.map { y in ticks.map { x in value(x, y) } }
  }

  @Test("a bowl has one closed curve at its level, everywhere as far from the middle")
  func circle() throws {
    let curves = contours(of: grid { $0 * $0 + $1 * $1 }, x: ticks, y: ticks, at: 0.25)
    #expect(curves.count == 1)
    let curve = try #require(curves.first)
    #expect(curve.first == curve.last && curve.count > 20)
    for point in curve {
      #expect(abs((point.x * point.x + point.y * point.y).squareRoot() - 0.5) < 0.01)
    }
  }

  @Test("a slope has one open curve from edge to edge, straight where the slope is")
  func slope() throws {
    let curves = contours(of: grid { x, _ in x }, x: ticks, y: ticks, at: 0.33)
    let curve = try #require(curves.first)
    #expect(curves.count == 1 && curve.count == 21)
    #expect(curve.allSatisfy { abs($0.x - 0.33) < 1e-12 })
    #expect(Set(curve.map(\.y)) == Set(ticks))
  }

  @Test("columns and rows are told apart, and need not be evenly spaced")
  func extents() throws {
    let curves = contours(of: [[0, 0, 0], [4, 4, 4]], x: [0, 1, 5], y: [10, 20], at: 1)
    #expect(curves == [[Point(0, 12.5), Point(1, 12.5), Point(5, 12.5)]])
  }

  @Test("two hills meet at a saddle in two curves, each around what is lower")
  func saddle() {
    let curves = contours(of: [[1, 0], [0, 1]], x: [0, 1], y: [0, 1], at: 0.5)
    #expect(curves.count == 2)
    let ends = Set(curves.map { Set($0.map { "\($0.x) \($0.y)" }) })
    #expect(ends == [["0.5 0.0", "1.0 0.5"], ["0.5 1.0", "0.0 0.5"]])
  }

  @Test("what is no number has no curves around it, infinities have, and levels beyond have none")
  func gaps() {
    var values = grid { $0 * $0 + $1 * $1 }
    values[10][15] = .nan
    let cut = contours(of: values, x: ticks, y: ticks, at: 0.25)
    #expect(cut.count == 1 && cut[0].first != cut[0].last)
    let wall = contours(of: [[0, .infinity], [0, .infinity]], x: [0, 1], y: [0, 1], at: 3)
    #expect(wall == [[Point(0.5, 0), Point(0.5, 1)]])
    #expect(contours(of: values, x: ticks, y: ticks, at: 9).isEmpty)
    #expect(contours(of: [], x: [], y: [], at: 0).isEmpty)
    #expect(contours(of: [[1]], x: [0], y: [0], at: 0).isEmpty)
  }
}
