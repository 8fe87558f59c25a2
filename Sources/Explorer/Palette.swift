import Charts

/// The colours of the charts, for a page: variables of its style sheet, and the map of amounts.
struct Palette: Encodable {
  /// The colours of the map from weak to strong, `rrggbb` one after another.
  let heat: String
  /// Of what stands for no amount.
  let specials: [String: String]

  init() {
    heat = (0..<256).map { hex(ColorMap.heat.color(at: Double($0) / 255)) }.joined()
    specials = [
      "zero": "#" + hex(ColorBar.Special.zero.color),
      "infinite": "#" + hex(ColorBar.Special.infinite.color),
      "notANumber": "#" + hex(ColorBar.Special.notANumber.color),
    ]
  }

  /// The variables of light paper, and of dark paper where the reader prefers it or has chosen it.
  static var styleSheet: String {
    """
    :root { \(variables(.light)) }
    @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { \(variables(.dark)) } }
    :root[data-theme=dark] { color-scheme: dark; \(variables(.dark)) }
    :root[data-theme=light] { color-scheme: light; }
    @media print { :root:root:root { \(variables(.light)) } }
    """
  }

  private static func variables(_ theme: Theme) -> String {
    let inks: [(String, Ink)] = [
      ("plain", .plain), ("residual", .residual), ("other-1", .green), ("other-2", .purple),
      ("other-3", .orange), ("other-4", .skyBlue),
    ]
    let colors =
      [
        ("background", theme.background), ("foreground", theme.foreground), ("muted", theme.muted),
        ("grid", theme.grid), ("axis", theme.axis),
      ] + inks.map { ($0, $1.color(in: theme).legible(on: theme.background)) }
    return colors.map { "--\($0): #\(hex($1));" }.joined(separator: " ")
  }
}

/// Six digits.
private func hex(_ color: Color) -> String {
  [color.red, color.green, color.blue].map { component in
    let digits = String(Int((component * 255).rounded()), radix: 16)
    return digits.count < 2 ? "0\(digits)" : digits
  }.joined()
}
