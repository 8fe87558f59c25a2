import CairoRendering
import Charts
import Experiments
import Findings
import Records
import Testing

@testable import Figures

@Suite("Figures can be read", .serialized)
struct LegibilityTests {
  /// A text, and the colour of what is behind it.
  private struct Reading {
    let text: Charts.Text
    let paper: Color
  }

  /// All texts of a scene, in the order in which they are drawn.
  private func readings(_ scene: Scene) -> [Reading] {
    var boxes: [(frame: Rectangle, fill: Color)] = []
    var found: [Reading] = []
    func look(_ elements: [Scene.Element]) {
      for element in elements {
        switch element {
        case .path(let path, _, let fill):
          guard path.isClosed, let fill, fill.opacity == 1 else { continue }
          let points = path.runs.joined()
          guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
            let top = points.map(\.y).min(), let bottom = points.map(\.y).max()
          else { continue }
          boxes.append(
            (Rectangle(x: left, y: top, width: right - left, height: bottom - top), fill))
        case .text(let text):
          let behind = boxes.last { box in
            (box.frame.x...box.frame.maxX).contains(text.position.x)
              && (box.frame.y...box.frame.maxY).contains(text.position.y)
          }
          found.append(Reading(text: text, paper: behind?.fill ?? scene.background))
        case .cells: continue
        case .clipped(_, let elements), .group(_, let elements): look(elements)
        }
      }
    }
    look(scene.elements)
    return found
  }

  @Test(
    "every text of every figure stands out from what is behind it, on light and on dark paper",
    arguments: Figure.catalog.filter { $0.recordings == nil }.map(\.name))
  func contrast(name: String) throws {
    let figure = try #require(Figure.catalog.first { $0.name == name })
    let picture: Picture
    if let plan = figure.experiment?.plans[0] {
      let runs = plan.runs(seeds: 1).filter { $0.network.depth <= 110 }
      picture = try figure.picture(of: runs.map { madeUpRecord($0) }, at: plan.budget)
    } else {
      picture = figure.picture()
    }
    for theme in [Theme.light, .dark] {
      let scene = picture.laidOut(measuring: PangoMeasurer(), theme: theme)
      for reading in readings(scene) {
        let contrast = reading.text.color.contrast(with: reading.paper)
        #expect(contrast >= 4.5, "“\(reading.text.string)” of \(name): \(contrast)")
      }
    }
  }
}
