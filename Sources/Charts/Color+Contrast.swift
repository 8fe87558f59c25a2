import RealModule

extension Color {
  /// Relative luminance, 0…1 (WCAG 2.2).
  private var luminance: Double {
    func linear(_ component: Double) -> Double {
      component <= 0.04045 ? component / 12.92 : .pow((component + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast of two colours, 1…21 (WCAG 2.2).
  package func contrast(with other: Color) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// The colour, or the nearest of its hue with so much contrast against paper of another colour: 3 is
  /// what lines and other graphics need (WCAG 2.2, 1.4.11).
  package func legible(on paper: Color, contrast wanted: Double = 3) -> Color {
    guard contrast(with: paper) < wanted else { return self }
    var shown = OKLab(self)
    let isPaperLight = OKLab(paper).lightness > 0.5
    while shown.color.contrast(with: paper) < wanted, (0.05...0.95).contains(shown.lightness) {
      shown.lightness += isPaperLight ? -0.01 : 0.01
    }
    return shown.color
  }
}
