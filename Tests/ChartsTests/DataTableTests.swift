import Testing

@testable import Charts

@Suite("Tables of figures")
struct DataTableTests {
  @Test("fields with commas, quotation marks and line breaks are quoted")
  func quoting() {
    let table = DataTable(
      columns: ["a", "b"],
      rows: [
        [.text("1,2"), .text("say \"x\"")], [.missing, .text("line\nbreak")],
      ])
    let text = String(decoding: table.csv, as: UTF8.self)
    #expect(text == "a,b\n\"1,2\",\"say \"\"x\"\"\"\n,\"line\nbreak\"\n")
    #expect(DataTable(columns: ["a"], rows: []).csv == Array("a\n".utf8))
  }

  @Test("curves, their bands and cells of maps are rows; unnamed marks are none")
  func rows() throws {
    let axis = Axis("x", domain: 0...1)
    let marks: [Mark] = [
      .line(LineMark([Point(0, 1e-30), Point(1, .nan)], ink: .plain, label: "curve")),
      .line(LineMark([Point(0, 5)], ink: .plain)),
      .band(BandMark(x: [0], lower: [-1], upper: [123_456_789], ink: .plain, series: "curve")),
      .heatMap(HeatMapMark(edges: [1, 2, 3], rows: [[0, .infinity]])),
      .rule(RuleMark(.atX, 1, label: "rule")),
    ]
    let chart = Chart(
      title: "t", subtitle: "", caption: "", alternativeText: "",
      panels: [[Panel(title: "p", x: axis, y: axis, marks: marks)]],
      colorBar: ColorBar("norm", domain: 1...10))
    let scene = chart.laidOut(width: 300, height: 200, measuring: FixedAdvance(), theme: .light)
    let table = try #require(scene.table)
    #expect(
      table.rows.map { $0.map(\.string) } == [
        ["p", "row 1", "1", "0", "", ""], ["p", "row 1", "2", "inf", "", ""],
        ["p", "curve", "0", "1e-30", "-1", "123457000"], ["p", "curve", "1", "nan", "", ""],
      ])
    #expect(scene.marks.map(\.name) == ["p", "curve", "p"])
  }
}
