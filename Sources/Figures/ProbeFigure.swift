package import Charts
package import Experiments
import Wording

/// The profile of one pass through a network: gradients and responses by layer.
package struct ProbeFigure {
  package struct Layer {
    let place: LayerPlace
    let weightGradientNorm: Double
    let outputGradientNorm: Double
    let responseDeviation: Double

    package init(
      place: LayerPlace, weightGradientNorm: Double, outputGradientNorm: Double,
      responseDeviation: Double
    ) {
      self.place = place
      self.weightGradientNorm = weightGradientNorm
      self.outputGradientNorm = outputGradientNorm
      self.responseDeviation = responseDeviation
    }
  }

  let network: NetworkConfiguration
  let conditions: String
  let layers: [Layer]

  package init(network: NetworkConfiguration, conditions: String, layers: [Layer]) {
    self.network = network
    self.conditions = conditions
    self.layers = layers
  }

  package var chart: Chart {
    let main = layers.filter { $0.place.path == .main }
    let around = layers.filter { $0.place.path == .shortcut }
    let x = Axis(
      "layer", domain: 0.5...Double(main.count) + 0.5, isWhole: true, isLabelled: true)
    let ink = Ink(network.kind)
    func panel(_ title: String, _ y: Axis, _ value: (Layer) -> Double) -> Panel {
      let line = LineMark(
        main.map { Point(Double($0.place.index), value($0)) }, ink: ink, width: 1.8)
      let notes = around.map {
        Mark.note(NoteMark("×", at: Point(Double($0.place.index), value($0)), anchor: .middle))
      }
      return Panel(title: title, x: x, y: y, marks: [.line(line)] + notes)
    }
    func norms(_ title: String, _ unit: String, _ value: (Layer) -> Double) -> Panel {
      let domain = Scale.Kind.logarithmic.nice(
        Scale.Kind.logarithmic.domain(covering: layers.map(value)))
      return panel(title, Axis(unit, .logarithmic, domain: domain), value)
    }
    let deviations = layers.map(\.responseDeviation).filter(\.isFinite)
    let highest = Scale.Kind.linear.nice(0...max(1.1 * (deviations.max() ?? 1), 1e-6))
    let span = [main.first, main.last].compactMap { $0 }.map { rounded($0.weightGradientNorm) }
    return Chart(
      title: "One pass through \(network.name): gradients and responses by layer",
      subtitle: "The weight gradient’s norm is \(span.joined(separator: " in the first layer, "))"
        + " in the last.",
      caption: conditions
        + (around.isEmpty ? "" : ". Crosses: projections, at the last layer of their block."),
      alternativeText: "Three panels against the layer's index: the L2 norm "
        + "of each layer's weight gradient, that of the gradient that reaches its output, and the "
        + "standard deviation of its response.",
      panels: [
        [
          norms("gradient of the weights", "L2 norm") { $0.weightGradientNorm },
          norms("gradient that reaches the output", "") { $0.outputGradientNorm },
          panel("response", Axis("standard deviation", domain: highest)) {
            $0.responseDeviation
          },
        ]
      ])
  }
}
