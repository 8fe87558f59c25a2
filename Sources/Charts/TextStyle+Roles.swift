/// Sizes for a figure of about 960 points that is read on a screen or a page at 80 % and more.
extension TextStyle {
  package static let title = TextStyle(size: 17, weight: .bold)
  package static let subtitle = TextStyle(size: 12.5)
  package static let panelTitle = TextStyle(size: 12.5, weight: .bold)
  package static let legend = TextStyle(size: 11.5)
  package static let axisTitle = TextStyle(size: 11.5)
  package static let tick = TextStyle(size: 11)
  /// Beside a line, a rule or a point.
  package static let label = TextStyle(size: 11)
  package static let stage = TextStyle(size: 10)
  package static let caption = TextStyle(size: 10.5)
}
