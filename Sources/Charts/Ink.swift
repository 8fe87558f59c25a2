/// A colour of data, for light and for dark paper.
///
/// Marks carry inks, not colours, so that one chart can be drawn in every theme.
package struct Ink: Hashable, Sendable {
  package var light: Color
  package var dark: Color

  package init(light: Color, dark: Color) {
    self.light = light
    self.dark = dark
  }

  package func color(in theme: Theme) -> Color {
    theme.isDark ? dark : light
  }

  /// Moves the colour toward the paper, in OKLab: 0 leaves it as it is, 1 makes it invisible.
  ///
  /// Where depth is lightness, the deepest network keeps its colour and the others fade. Unlike
  /// opacity, crossing lines do not add up.
  package func faded(_ fraction: Double) -> Ink {
    Ink(
      light: light.mixed(with: Theme.light.background, fraction),
      dark: dark.mixed(with: Theme.dark.background, fraction))
  }
}

/// The palette of Okabe and Ito, *Color Universal Design* (2008), told apart by readers with any
/// kind of colour vision; lightened for dark paper, where its blue would drown.
extension Ink {
  package static let vermillion = Ink(light: Color(hex: 0xD55E00), dark: Color(hex: 0xF27A2E))
  package static let blue = Ink(light: Color(hex: 0x0072B2), dark: Color(hex: 0x4A9EDB))
  package static let skyBlue = Ink(light: Color(hex: 0x56B4E9), dark: Color(hex: 0x9AD6F8))
  package static let orange = Ink(light: Color(hex: 0xE69F00), dark: Color(hex: 0xF5BC42))
  package static let green = Ink(light: Color(hex: 0x009E73), dark: Color(hex: 0x33C99C))
  package static let purple = Ink(light: Color(hex: 0xCC79A7), dark: Color(hex: 0xE3A3C6))

  /// Plain networks, everywhere.
  package static let plain = vermillion
  /// Residual networks, everywhere.
  package static let residual = blue
}
