/// The colours of everything that is not data.
package struct Theme: Hashable, Sendable {
  package var isDark: Bool
  package var background: Color
  package var foreground: Color
  /// For captions, stage labels and other text that stands back.
  package var muted: Color
  /// For lines that help the eye and carry nothing.
  package var grid: Color

  package init(
    isDark: Bool, background: Color, foreground: Color, muted: Color, grid: Color
  ) {
    self.isDark = isDark
    self.background = background
    self.foreground = foreground
    self.muted = muted
    self.grid = grid
  }

  package static let light = Theme(
    isDark: false, background: Color(hex: 0xFFFFFF), foreground: Color(hex: 0x1B1F24),
    muted: Color(hex: 0x667079), grid: Color(hex: 0xE4E7EA))

  package static let dark = Theme(
    isDark: true, background: Color(hex: 0x15191E), foreground: Color(hex: 0xE7EAED),
    muted: Color(hex: 0x98A2AC), grid: Color(hex: 0x2E353D))

  /// For the lines of axes, between text and grid.
  package var axis: Color { muted.mixed(with: background, 0.25) }
}
