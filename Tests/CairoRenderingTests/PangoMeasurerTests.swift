import CairoRendering
import Charts
import Testing

@Suite("Text is measured")
struct PangoMeasurerTests {
  private let measurer = PangoMeasurer()
  private let style = TextStyle(size: 10)

  @Test("nothing is as wide as nothing, and more text is wider")
  func widths() {
    #expect(measurer.width(of: "", style: style) == 0)
    let one = measurer.width(of: "n", style: style)
    #expect(one > 3)
    #expect(abs(measurer.width(of: "nnnn", style: style) - 4 * one) < 0.1)
  }

  @Test("the width grows with the size and the weight")
  func sizes() {
    let width = measurer.width(of: "gradient", style: style)
    let double = measurer.width(of: "gradient", style: TextStyle(size: 20))
    #expect(abs(double - 2 * width) < 0.1)
    #expect(measurer.width(of: "gradient", style: TextStyle(size: 10, weight: .bold)) > width)
  }

  @Test("a character that no font has takes room and does no harm")
  func missingGlyph() {
    #expect(measurer.width(of: "\u{10FFFD}", style: style) > 0)
  }

  @Test("a line's height does not depend on its letters")
  func heights() {
    #expect(measurer.ascent(of: style) > 7 && measurer.ascent(of: style) < 12)
    #expect(measurer.descent(of: style) > 1 && measurer.descent(of: style) < 4)
  }
}
