import CairoRendering
import Charts
import PixelReading
import Testing

@Suite("A scene becomes SVG")
struct SVGTests {
  private var busyScene: Scene {
    let grid = CellGrid(
      frame: Rectangle(x: 5, y: 5, width: 30, height: 20), columns: 2, rows: 1,
      colors: [red, blue])
    return page([
      .cells(grid),
      .text(Text("plain-56", at: Point(3, 30), style: TextStyle(size: 8), color: black)),
      .clipped(
        Rectangle(x: 1.23456, y: 1, width: 9, height: 9),
        [.path(rectangle(0, 0, 20.98765, 20), stroke: Stroke(red, dash: [2, 1]), fill: nil)]),
    ])
  }

  @Test("it is well-formed and speaks its title and description")
  func title() throws {
    var scene = busyScene
    scene.title = "a < b & \"c\" – 10⁻³\u{1}"
    scene.description = "<plain> & residual"
    let outline = try SVGOutline(scene.svg())
    #expect(outline.texts["title"] == "a < b & \"c\" – 10⁻³")
    #expect(outline.texts["desc"] == "<plain> & residual")
    #expect(outline.rootAttributes["role"] == "img")
    #expect(outline.rootAttributes["viewBox"] == "0 0 60 40")
  }

  @Test("every reference finds its target, and none goes astray in renaming")
  func references() throws {
    let outline = try SVGOutline(busyScene.svg())
    #expect(!outline.references.isEmpty)
    #expect(outline.references.isSubset(of: outline.identifiers))
  }

  @Test("the same scene gives the same bytes, whatever was drawn before")
  func determinism() throws {
    let (svg, png) = (try busyScene.svg(), try busyScene.png())
    for size in 1...5 {
      let text = Text("between", at: Point(3, 9), style: TextStyle(size: Double(size)), color: red)
      _ = try page([.text(text)]).svg()
    }
    #expect(try busyScene.svg() == svg)
    #expect(try busyScene.png() == png)
  }

  @Test("no number has more than three decimals")
  func decimals() throws {
    let text = String(decoding: try busyScene.svg(), as: UTF8.self)
    let outside = text.replacing(#/base64,[^"]*/#, with: "")
    #expect(outside.firstMatch(of: #/\.[0-9]{4}/#) == nil)
    #expect(text.contains("1.234"))
  }

  @Test("an empty scene is an empty page")
  func empty() throws {
    #expect(try SVGOutline(page().svg()).texts["title"] == "A page")
    #expect(try Pixels(page().png()).ink == nil)
  }
}
