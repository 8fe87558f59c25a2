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

  /// As lines and points have it, which stand out from the paper by 3 to 1 at least.
  func line(in theme: Theme) -> Color {
    color(in: theme).legible(on: theme.background)
  }

  /// As words have it, by 4.5 to 1 at least.
  package func words(in theme: Theme) -> Color {
    color(in: theme).legible(on: theme.background, contrast: 4.5)
  }

  /// Moves the colour away from the paper, in OKLab: 0 leaves it as it is, 1 makes it that of words.
  ///
  /// Where depth is strength, the shallowest network has the colour and deeper ones are stronger: faded they
  /// would be hard to read.
  package func strengthened(_ fraction: Double) -> Ink {
    Ink(
      light: light.mixed(with: Theme.light.foreground, fraction),
      dark: dark.mixed(with: Theme.dark.foreground, fraction))
  }

  /// Moves the colour toward the paper, in OKLab: 0 leaves it as it is, 1 makes it invisible. Unlike
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

  /// What is not measured but said: by a theory, by the paper.
  package static let reference = Ink(light: Color(hex: 0x59616B), dark: Color(hex: 0xB4BBC4))

  /// Plain networks, everywhere.
  package static let plain = vermillion
  /// Residual networks, everywhere.
  package static let residual = blue
}
