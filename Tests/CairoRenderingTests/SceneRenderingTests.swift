import CCairo
import CairoRendering
import Charts
import Foundation
import FoundationXML
import Testing

/// A scene of one white page.
func page(width: Double = 60, height: Double = 40, _ elements: [Scene.Element] = []) -> Scene {
  Scene(
    width: width, height: height, background: Color(hex: 0xffffff), title: "A page",
    description: "Nothing but paper.", elements: elements)
}

func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Path {
  Path(
    [[Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height)]],
    isClosed: true)
}

let black = Color(hex: 0x000000)
let red = Color(hex: 0xff0000)
let blue = Color(hex: 0x0000ff)

@Suite("A scene becomes PNG")
struct PNGTests {
  @Test("the picture has the stated size at every scale", arguments: [0.5, 1, 2, 3.5])
  func size(scale: Double) throws {
    let png = try page().png(scale: scale)
    #expect(png.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
    let pixels = try Pixels(png)
    #expect(pixels.width == Int(60 * scale) && pixels.height == Int(40 * scale))
  }

  @Test("cells fill their frame edge to edge, each in its colour up to its borders")
  func cells() throws {
    let colors = [red, blue, blue, red, black, red]
    let grid = CellGrid(
      frame: Rectangle(x: 10, y: 8, width: 36, height: 20), columns: 3, rows: 2, colors: colors)
    let pixels = try Pixels(page([.cells(grid)]).png(scale: 2))
    for (index, color) in colors.enumerated() {
      let (left, top) = (10 + 12 * (index % 3), 8 + 10 * (index / 3))
      for (x, y) in [(0, 0), (11, 0), (0, 9), (11, 9), (6, 5)] {
        #expect(pixels[2 * (left + x) + 1, 2 * (top + y) + 1] == color.bytes, "cell \(index)")
      }
    }
    #expect(pixels[2 * 9, 2 * 18] == [255, 255, 255])
    #expect(pixels[2 * 47, 2 * 18] == [255, 255, 255])
  }

  @Test("what lies outside of a clip is not seen")
  func clipping() throws {
    let scene = page([
      .clipped(
        Rectangle(x: 10, y: 10, width: 10, height: 10),
        [.path(rectangle(0, 0, 60, 40), stroke: nil, fill: red)]),
      .path(rectangle(40, 10, 5, 5), stroke: nil, fill: blue),
    ])
    let pixels = try Pixels(scene.png(scale: 1))
    #expect(pixels[15, 15] == red.bytes)
    #expect(pixels[25, 15] == [255, 255, 255])
    #expect(pixels[42, 12] == blue.bytes)
  }

  @Test("text stands at its anchor", arguments: [Text.Anchor.start, .middle, .end])
  func anchors(anchor: Text.Anchor) throws {
    let style = TextStyle(size: 10)
    let text = Text("HHHH", at: Point(60, 30), anchor: anchor, style: style, color: black)
    let ink = try #require(Pixels(page(width: 120, [.text(text)]).png(scale: 1)).ink)
    let width = PangoMeasurer().width(of: "HHHH", style: style)
    let left: Double =
      switch anchor {
      case .start: 60
      case .middle: 60 - width / 2
      case .end: 60 - width
      }
    #expect(abs(Double(ink.columns.lowerBound) - left) < 2.5)
    #expect(abs(Double(ink.columns.upperBound) - left - width) < 2.5)
    // The letters stand on the baseline.
    #expect(ink.rows.upperBound == 29)
  }

  @Test("rotated text runs down or up")
  func rotation() throws {
    let text = Text(
      "HHHH", at: Point(30, 38), style: TextStyle(size: 8), color: black, rotation: -90)
    let ink = try #require(Pixels(page([.text(text)]).png(scale: 1)).ink)
    #expect(ink.rows.count > 2 * ink.columns.count)
    #expect(ink.columns.upperBound <= 30)
  }

  @Test("impossible pictures are refused with a sentence")
  func refusals() {
    #expect(throws: RenderingError.size(width: 0, height: 40)) { try page(width: 0).png() }
    #expect(throws: RenderingError.self) { try page(width: .nan).svg() }
    #expect(throws: RenderingError.size(width: 20000, height: 40)) {
      try page(width: 20000).png(scale: 2)
    }
    let line = Path([[Point(0, 0), Point(.nan, 4)]])
    #expect(throws: RenderingError.notFinite(in: "line")) {
      try page([.path(line, stroke: Stroke(black), fill: nil)]).png()
    }
    let text = Text("x", at: Point(.infinity, 0), style: TextStyle(size: 9), color: black)
    #expect(throws: RenderingError.notFinite(in: "text")) { try page([.text(text)]).svg() }
  }
}

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

extension Color {
  var bytes: [UInt8] { [red, green, blue].map { UInt8($0 * 255) } }
}

/// A PNG read back.
struct Pixels {
  let width: Int
  let height: Int
  private let values: [UInt32]

  init(_ png: [UInt8]) throws {
    let source = Source(png)
    let created = cairo_image_surface_create_from_png_stream(
      { closure, data, count in
        guard let closure, let data else { return CAIRO_STATUS_READ_ERROR }
        let source = Unmanaged<Source>.fromOpaque(closure).takeUnretainedValue()
        return source.read(into: data, Int(count))
      }, Unmanaged.passUnretained(source).toOpaque())
    let surface = try #require(created)
    defer { cairo_surface_destroy(surface) }
    try #require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
    width = Int(cairo_image_surface_get_width(surface))
    height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let data = try #require(cairo_image_surface_get_data(surface))
    var values: [UInt32] = []
    for y in 0..<height {
      let row = UnsafeMutableRawPointer(data + y * stride).assumingMemoryBound(to: UInt32.self)
      values += UnsafeBufferPointer(start: row, count: width)
    }
    self.values = values
  }

  subscript(x: Int, y: Int) -> [UInt8] {
    let value = values[y * width + x]
    return [UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  /// The columns and rows that are clearly not white.
  var ink: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    let dark = values.indices.filter { values[$0] & 255 < 128 }
    guard let top = dark.first, let bottom = dark.last,
      let left = dark.map({ $0 % width }).min(), let right = dark.map({ $0 % width }).max()
    else { return nil }
    return (left...right, top / width...bottom / width)
  }

  private final class Source {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func read(into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> cairo_status_t {
      guard rest.count >= count else { return CAIRO_STATUS_READ_ERROR }
      for (index, byte) in rest.prefix(count).enumerated() { target[index] = byte }
      rest.removeFirst(count)
      return CAIRO_STATUS_SUCCESS
    }
  }
}

/// An SVG as an XML parser sees it.
final class SVGOutline: NSObject, XMLParserDelegate {
  var rootAttributes: [String: String] = [:]
  var texts: [String: String] = [:]
  var identifiers: Set<String> = []
  var references: Set<String> = []
  private var path: [String] = []

  init(_ bytes: [UInt8]) throws {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if path.isEmpty { rootAttributes = attributes }
    path.append(name)
    if let identifier = attributes["id"] { identifiers.insert(identifier) }
    for value in attributes.values {
      for match in value.matches(of: #/#([\w-]+)/#) { references.insert(String(match.1)) }
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let element = path.last { texts[element, default: ""] += text }
  }
}
