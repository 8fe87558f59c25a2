/// Anything that becomes a scene.
package enum Picture: Hashable, Sendable {
  /// A chart, and its size in points.
  case chart(Chart, width: Double, height: Double)
  case diagram(Diagram)

  package func laidOut(measuring measurer: any TextMeasuring, theme: Theme) -> Scene {
    switch self {
    case .chart(let chart, let width, let height):
      chart.laidOut(width: width, height: height, measuring: measurer, theme: theme)
    case .diagram(let diagram):
      diagram.laidOut(measuring: measurer, theme: theme)
    }
  }
}
