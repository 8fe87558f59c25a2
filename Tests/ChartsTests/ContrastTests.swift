import Testing

@testable import Charts

@Suite("Contrast")
struct ContrastTests {
  @Test("black and white have 21, equal colours 1, and examples of WCAG what it says")
  func known() {
    let (white, black) = (Color(red: 1, green: 1, blue: 1), Color(red: 0, green: 0, blue: 0))
    #expect(abs(white.contrast(with: black) - 21) < 1e-9)
    #expect(black.contrast(with: black) == 1)
    // #777777 on white just misses 4.5.
    let grey = Color(red: 0x77 / 255.0, green: 0x77 / 255.0, blue: 0x77 / 255.0)
    #expect(abs(grey.contrast(with: white) - 4.478) < 0.001)
    #expect(white.contrast(with: grey) == grey.contrast(with: white))
  }

  @Test(
    "colours become legible and keep their hue, and those that are legible stay",
    arguments: [3, 4.5])
  func legible(wanted: Double) {
    for theme in [Theme.light, .dark] {
      for ink in [Ink.plain, .residual, .green, .purple, .orange, .skyBlue] {
        let color = ink.color(in: theme)
        let found = color.legible(on: theme.background, contrast: wanted)
        #expect(found.contrast(with: theme.background) >= wanted)
        if color.contrast(with: theme.background) >= wanted { #expect(found == color) }
      }
    }
  }
}
