import CairoRendering
import Charts
import PixelReading
import Testing

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

@Suite("PNG with a palette")
struct IndexedPNGTests {
  @Test(
    "up to 256 colours are as they were; of more, none becomes one that it is far from",
    arguments: [(16, 0), (40, 16)])
  func colors(side: Int, tolerance: Int) throws {
    let colors = (0..<(side * side)).map { index -> Color in
      let (x, y) = (index % side, index / side)
      return Color(hex: UInt32((x * 255 / side) << 16 | (y * 255 / side) << 8 | 0x80))
    }
    let extent = Double(side)
    let grid = CellGrid(
      frame: Rectangle(x: 0, y: 0, width: extent, height: extent), columns: side, rows: side,
      colors: colors)
    let png = try page(width: extent, height: extent, [.cells(grid)]).png(scale: 2)
    // Colour type 3: a palette.
    #expect(png[25] == 3)
    let pixels = try Pixels(png)
    for (index, color) in colors.enumerated() {
      let found = pixels[2 * (index % side) + 1, 2 * (index / side) + 1]
      for (one, other) in zip(found, color.bytes) {
        #expect(abs(Int(one) - Int(other)) <= tolerance)
      }
    }
  }

  @Test("a picture of one colour, and one of a pixel, are pictures", arguments: [1.0, 7])
  func smallest(size: Double) throws {
    let pixels = try Pixels(page(width: size, height: size).png(scale: 1))
    #expect(pixels.width == Int(size) && pixels[0, 0] == [255, 255, 255])
  }
}
