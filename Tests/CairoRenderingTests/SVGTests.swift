import Charts
import PixelReading
import Testing

@testable import CairoRendering

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
    #expect(outline.rootAttributes["role"]?.hasPrefix("graphics-document") == true)
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

  @Test("numbers have two decimals, and only the scales of letters and images have more")
  func decimals() throws {
    let text = String(decoding: try busyScene.svg(), as: UTF8.self)
    let outside = text.replacing(#/base64,[^"]*|(scale|matrix)\([^)]*\)/#, with: "")
    #expect(outside.firstMatch(of: #/\.[0-9]{3}/#) == nil)
    #expect(text.contains("1.23"))
  }

  @Test("groups are elements with a role, an id of their own and a title of name and values")
  func groups() throws {
    let data = DataTable(
      columns: ["panel", "series", "x", "y"],
      rows: [(0, 90), (5, 12.5)].map { [.text("p"), .text("a"), .number($0), .number($1)] })
    let curve = Scene.Element.path(
      Path([[Point(1, 1), Point(9, 9)]]), stroke: Stroke(red), fill: nil)
    let named = Scene.Element.group(Scene.Group(.mark, "plain-56 <test>", data: data), [curve])
    let nothing = Scene.Element.group(Scene.Group(.mark, "dead", data: data), [])
    let bytes = try page([
      .clipped(
        Rectangle(x: 0, y: 0, width: 5, height: 5),
        [.group(Scene.Group(.panel, "left"), [named, named, nothing])])
    ]).svg()
    let outline = try SVGOutline(bytes)
    for id in ["panel-left", "mark-plain-56-test", "mark-plain-56-test-2", "mark-dead"] {
      #expect(outline.identifiers.contains(id), "\(id)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<title>plain-56 &lt;test&gt;: 90.0 at 0 to 12.5 at 5.0</title>"))
    #expect(text.contains("role=\"graphics-symbol img\""))
    // The same clip is defined once.
    #expect(text.split(separator: "<clipPath").count == 2)
  }

  @Test("a glyph is defined once, whatever the sizes it is used in, and every line keeps its words")
  func glyphs() throws {
    let lines = [8.0, 12, 30].map { size in
      Scene.Element.text(
        Text("aa", at: Point(3, 30), style: TextStyle(size: size), color: black))
    }
    let text = String(decoding: try page(lines).svg(), as: UTF8.self)
    #expect(text.split(separator: "<path id=\"g").count == 2)
    #expect(text.split(separator: "<use ").count == 7)
    #expect(text.split(separator: "aria-label=\"aa\"").count == 4)
  }

  @Test(
    "path data keeps its meaning with fewer letters",
    arguments: [
      ("M 0 1.005 L 2 -3 L 4 5 ", "M0 1 2-3 4 5"),
      ("M 1 2 C 1 2 3 4 5 6 C 7 8 9 1 2 3 L 4 5 Z M 1 2 ", "M1 2C1 2 3 4 5 6 7 8 9 1 2 3L4 5Z"),
      ("M 1 1 M 2 2 L 3 3", "M1 1M2 2 3 3"), ("M 1 1 L 2 2 Z M 3 3 L 4 4 Z", "M1 1 2 2ZM3 3 4 4Z"),
      ("M 0.5 -0.25 L -0.001 100 ", "M.5-.25 0 100"), ("", ""),
    ])
  func paths(long: String, short: String) { #expect(shortened(path: long, places: 2) == short) }

  @Test("colours of Cairo's become hexadecimal ones, others stay")
  func colours() {
    #expect(shortened(color: "rgb(54.07%,57.142%,59.923%)") == "#8a9299")
    #expect(shortened(color: "none") == "none")
    #expect(shortened(color: "rgb(100%, 0%, 0%)") == "#ff0000")
  }

  @Test("an empty scene is an empty page")
  func empty() throws {
    #expect(try SVGOutline(page().svg()).texts["title"] == "A page")
    #expect(try Pixels(page().png()).ink == nil)
  }
}
