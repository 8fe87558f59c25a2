/// Anything that becomes a scene.
package enum Picture: Hashable, Sendable {
  /// A chart, and its size in points.
  case chart(Chart, width: Double, height: Double)
  case diagram(Diagram)

  package var title: String {
    switch self {
    case .chart(let chart, _, _): chart.title
    case .diagram(let diagram): diagram.title
    }
  }

  /// The title with its full stop, or the question mark that it has.
  package var titleSentence: String { title.hasSuffix("?") ? title : "\(title)." }

  /// What it says, in a sentence or two.
  package var subtitle: String {
    switch self {
    case .chart(let chart, _, _): chart.subtitle
    case .diagram(let diagram): diagram.subtitle
    }
  }

  package var caption: String {
    switch self {
    case .chart(let chart, _, _): chart.caption
    case .diagram(let diagram): diagram.caption
    }
  }

  package var alternativeText: String {
    switch self {
    case .chart(let chart, _, _): chart.alternativeText
    case .diagram(let diagram): diagram.alternativeText
    }
  }

  package func laidOut(measuring measurer: any TextMeasuring, theme: Theme) -> Scene {
    switch self {
    case .chart(let chart, let width, let height):
      chart.laidOut(width: width, height: height, measuring: measurer, theme: theme)
    case .diagram(let diagram):
      diagram.laidOut(measuring: measurer, theme: theme)
    }
  }
}
