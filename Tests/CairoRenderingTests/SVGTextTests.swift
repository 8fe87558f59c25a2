import Charts
import Testing

@testable import CairoRendering

@Suite("What an SVG says of letters, colours and lines")
struct SVGTextTests {
  private func svg(_ elements: Scene.Element...) throws -> String {
    String(decoding: try page(elements).svg(), as: UTF8.self)
  }

  private func text(
    _ anchor: Text.Anchor = .start, size: Double = 10, weight: Text.Weight = .regular,
    rotation: Double = 0, color: Color = black
  ) -> Scene.Element {
    .text(
      Text(
        "aa", at: Point(30, 20.5), anchor: anchor, style: TextStyle(size: size, weight: weight),
        color: color, rotation: rotation))
  }

  @Test("lines of text are moved, turned and scaled to where they belong, in their colour")
  func transforms() throws {
    let plain = try svg(text(size: 25, color: red))
    #expect(plain.contains("fill=\"#ff0000\" transform=\"translate(30 20.5)scale(.025)\""))
    let turned = try svg(text(rotation: -90))
    #expect(turned.contains("transform=\"translate(30 20.5)rotate(-90)scale(.01)\""))
  }

  @Test(
    "letters begin as far before the place as the anchor says",
    arguments: [(.start, 0), (.middle, 0.5), (.end, 1)] as [(Text.Anchor, Double)])
  func anchors(anchor: Text.Anchor, share: Double) throws {
    let first = try #require(try svg(text(anchor)).firstMatch(of: /<use [^>]*x="(-?\d+)"/)?.1)
    let width = PangoMeasurer().width(of: "aa", style: TextStyle(size: 1000))
    #expect(abs(try #require(Double(first)) + share * width) < 2)
  }

  @Test("bold letters are others than thin ones, even of the same words")
  func weights() throws {
    let both = try svg(text(), text(weight: .bold), text())
    #expect(both.split(separator: "<path id=\"g").count == 3)
    let used = both.matches(of: /<use xlink:href="#(g\d)"/).map { String($0.1) }
    #expect(used == ["g0", "g0", "g1", "g1", "g0", "g0"])
  }

  @Test("what holds by default is left out, and what does not is there")
  func defaults() throws {
    let line = Path([[Point(1, 1), Point(9, 9)]])
    let solid = try svg(.path(line, stroke: Stroke(red), fill: nil))
    for name in [
      "miterlimit", "linecap", "linejoin=\"miter", "opacity", "width=\"1\"", "fill-rule",
    ] {
      let body = solid.split(separator: "</defs>").last ?? ""
      #expect(!body.contains(name), "\(name): \(body)")
    }
    let faint = try svg(
      .path(line, stroke: Stroke(red.opacity(0.5), width: 2.5, dash: [6, 3]), fill: nil),
      .path(rectangle(1, 1, 9, 9), stroke: nil, fill: blue.opacity(0.25)))
    // Older versions of Cairo separate dashes by commas.
    #expect(faint.contains(/stroke-dasharray="6[, ]3"/), "\(faint)")
    for words in [
      "stroke-opacity=\"0.5\"", "stroke-width=\"2.5\"",
      "fill-opacity=\"0.25\"", "stroke=\"#ff0000\"", "fill=\"#0000ff\"",
    ] { #expect(faint.contains(words), "\(words): \(faint)") }
  }

  @Test("what is clipped refers to its own clip, and equal clips are one")
  func clips() throws {
    let line = Scene.Element.path(
      Path([[Point(1, 1), Point(9, 9)]]), stroke: Stroke(red), fill: nil)
    func clipped(_ side: Double) -> Scene.Element {
      .clipped(Rectangle(x: 0, y: 0, width: side, height: side), [line])
    }
    let text = try svg(clipped(5), clipped(6), clipped(5), clipped(6))
    let defined = text.matches(of: /<clipPath id="(d\d+)"/).map { String($0.1) }
    let used = text.matches(of: /clip-path="url\(#(d\d+)\)"/).map { String($0.1) }
    #expect(defined.count == 2 && used == defined + defined)
  }

  @Test(
    "numbers lose what says nothing",
    arguments: [
      ("0.10", ".1"), ("-0.001", "0"), ("-0.5", "-.5"), ("100", "100"), ("1.999", "2"),
      ("auto", "auto"), ("-20.10", "-20.1"),
    ])
  func numbers(long: String, short: String) { #expect(shortened(number: long, places: 2) == short) }

  @Test("text that is seen through says so")
  func opacity() throws {
    let line = Text(
      "a", at: Point(3, 30), style: TextStyle(size: 8), color: red.opacity(0.25))
    let text = String(decoding: try page([.text(line)]).svg(), as: UTF8.self)
    #expect(text.contains("fill=\"#ff0000\" fill-opacity=\".25\""))
  }
}
