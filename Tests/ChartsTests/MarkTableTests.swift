import Testing

@testable import Charts

@Suite("Marks are in the table")
struct MarkTableTests {
  private func table(_ marks: [Mark]) throws -> [[String]] {
    let axis = Axis("x", domain: 0...10)
    let chart = Chart(
      title: "t", alternativeText: "", panels: [[Panel(title: "p", x: axis, y: axis, marks: marks)]]
    )
    let scene = chart.laidOut(width: 300, height: 200, measuring: FixedAdvance(), theme: .light)
    return try #require(scene.table).rows.map { $0.map(\.string) }
  }

  @Test("points by their names, and lines unless they are left out; each with its own band")
  func marks() throws {
    let marks: [Mark] = [
      .point(PointMark(Point(1, 2), ink: .blue, label: "point")),
      .point(PointMark(Point(3, 4), ink: .blue)),
      .line(LineMark([Point(0, 5)], ink: .blue, series: "raw", isTabulated: false)),
      .band(BandMark(x: [0], lower: [1], upper: [9], ink: .blue, series: "other")),
      .band(BandMark(x: [0], lower: [4], upper: [6], ink: .blue, series: "line")),
      .line(LineMark([Point(0, 5), Point(1, 5)], ink: .blue, series: "line")),
    ]
    let rows = try table(marks)
    #expect(rows.contains(["p", "point", "1", "2", "", ""]))
    #expect(
      rows.filter { $0[1] == "line" }.map { Array($0[2...]) } == [
        ["0", "5", "4", "6"], ["1", "5", "", ""],
      ])
    #expect(rows.count == 3)
  }

  @Test("what lies outside of the panel, or has no place, keeps its numbers")
  func invisible() throws {
    let marks: [Mark] = [
      .line(LineMark([Point(.nan, .nan)], ink: .blue, series: "nowhere")),
      .line(LineMark([Point(90, 95)], ink: .blue, series: "outside")),
    ]
    #expect(
      try table(marks) == [
        ["p", "nowhere", "nan", "nan", "", ""], ["p", "outside", "90", "95", "", ""],
      ])
    let data = DataTable(columns: ["a"], rows: [[.number(1)]])
    var scene = Scene(
      width: 1, height: 1, background: Color(hex: 0), title: "", description: "",
      elements: [.clipped(Rectangle(x: 0, y: 0, width: 1, height: 1), [])])
    #expect(scene.table == nil)
    scene.elements.append(.group(Scene.Group(.mark, "empty", data: data), []))
    #expect(scene.table == data)
  }

  @Test("rows are in the order in which marks are drawn, and cells begin at their left edges")
  func order() throws {
    let marks: [Mark] = [
      .line(LineMark([Point(1, 1)], ink: .blue, series: "z")),
      .line(LineMark([Point(2, 2)], ink: .blue, series: "a")),
    ]
    #expect(try table(marks).map { $0[1] } == ["z", "a"])
  }

  @Test("every curve and point has its numbers, those that are not in the table, too")
  func numbers() throws {
    let axis = Axis("x", domain: 0...10)
    let marks: [Mark] = [
      .point(PointMark(Point(3, 4), ink: .blue, series: "seed 1")),
      .point(PointMark(Point(5, 6), ink: .blue)), .line(LineMark([Point(0, 5)], ink: .blue)),
      .line(LineMark([Point(0, 7)], ink: .blue, series: "raw", isTabulated: false)),
    ]
    let chart = Chart(
      title: "t", alternativeText: "", panels: [[Panel(title: "p", x: axis, y: axis, marks: marks)]]
    )
    let scene = chart.laidOut(width: 300, height: 200, measuring: FixedAdvance(), theme: .light)
    #expect(scene.table == nil)
    #expect(scene.marks.map(\.name) == ["seed 1", "p", "p", "raw"])
    #expect(
      scene.marks.map { $0.data?.rows.first?[2...3].map(\.string) } == [
        ["3", "4"], ["5", "6"], ["0", "5"], ["0", "7"],
      ])
  }
}
