package import Architectures
package import Charts
import Experiments
import Wording

extension Architecture {
  /// The network as a picture, a box a layer (paper, figure 3).
  package var picture: Picture {
    let drawing = NetworkDrawing(self, layersPerColumn: layersPerColumn)
    let kind = configuration.kind == .plain ? "a chain of layers" : "blocks with shortcuts"
    return .diagram(
      Diagram(
        title: "\(name), layer by layer",
        subtitle: "\(grouped(parameterCount)) parameters, \(grouped(multiplyAdds)) multiply-adds "
          + "for an image of \(input).",
        caption: caption(isResidual: configuration.kind == .residual)
          + " Command: gradflow describe \(name) --draw",
        alternativeText: "\(name) drawn as \(kind), from the image to the classifier: "
          + stageRows.map { "\($0.name): \($0.content.joined(separator: ", "))" }
          .joined(separator: "; ") + ".",
        width: drawing.width, height: drawing.height, shapes: drawing.shapes))
  }

  /// Columns of about equal length, none longer than forty layers.
  private var layersPerColumn: Int {
    let count = min(places.filter { $0.path == .main }.count, 500) + 3
    let columns = (count + 39) / 40
    return (count + columns - 1) / columns + 1
  }
}

extension Figure {
  /// VGG-19, the plain network and the residual network of 34 layers side by side (paper, figure 3).
  static let structures = sideBySide(
    "structures",
    summary: "VGG-19, plain-34 and resnet-34 side by side, layer by layer.",
    [
      NetworkConfiguration(.plain, depth: 19, family: .vgg),
      NetworkConfiguration(.plain, depth: 34, family: .imageNet),
      NetworkConfiguration(.residual, depth: 34, family: .imageNet),
    ],
    title: "VGG-19, and 34 layers without and with shortcuts",
    subtitle: "The deeper networks have a sixth of VGG-19’s parameters and a fifth of its work.",
    source: "After He et al. 2015, figure 3.",
    alternativeText: "Three columns of boxes, a box a layer: vgg-19 with 16 convolutions and 3 "
      + "linear layers; plain-34 with 33 convolutions and one linear layer; resnet-34 with the "
      + "same layers and an arc around every pair of convolutions, which ends at an addition.")

  /// The other depths of the paper's table 1, plain beside residual.
  static let structuresOfDepths = [
    structures(
      18, "Eight blocks of two convolutions each. The shortcuts cost next to nothing."),
    structures(
      50, "Sixteen blocks as in resnet-34, but of three convolutions: narrow, look, widen."),
    structures(
      101, "The same blocks as in resnet-50; of those with 256 filters there are 23 instead of 6."),
    structures(
      152, "Eight blocks with 128 filters and 36 with 256, and still less work than VGG-16."),
  ]

  /// The twins of a depth for ImageNet.
  private static func structures(_ depth: Int, _ subtitle: String) -> Figure {
    let twins = [NetworkConfiguration.Kind.plain, .residual].map {
      NetworkConfiguration($0, depth: depth, family: .imageNet)
    }
    let size = depth < 50 ? "two" : "three"
    return sideBySide(
      "structures-\(depth)",
      summary: "plain-\(depth) and resnet-\(depth) side by side, layer by layer.", twins,
      layersPerColumn: depth < 50 ? .max : 36,
      title: "\(depth) layers without and with shortcuts", subtitle: subtitle,
      source: "After He et al. 2015, table 1"
        + (depth < 50 ? "." : ", which has no plain-\(depth)."),
      alternativeText: "plain-\(depth) and resnet-\(depth) as columns of boxes, a box a layer; "
        + "they differ in the arcs around every \(size) convolutions of the latter. \(subtitle)")
  }

  private static func sideBySide(
    _ name: String, summary: String, _ networks: [NetworkConfiguration],
    layersPerColumn: Int = .max, title: String, subtitle: String, source: String,
    alternativeText: String
  ) -> Figure {
    Figure(name, summary: summary) {
      let heading = 40.0
      var shapes: [DiagramShape] = []
      var (x, height) = (0.0, 0.0)
      for network in networks.map({ Architecture($0) }) {
        let drawing = NetworkDrawing(
          network, layersPerColumn: layersPerColumn, longestRun: 7)
        let left = x + 62
        let ink = Ink(family: network.configuration)
        shapes.append(
          .words(network.name, .panelTitle, at: Point(left, 10), .start, .ink(ink)))
        let counts = [
          "\(short(network.parameterCount)) parameters,",
          "\(short(network.multiplyAdds)) multiply-adds",
        ]
        for (line, words) in counts.enumerated() {
          shapes.append(
            .words(words, .stage, at: Point(left, 22 + 11 * Double(line)), .start, .muted))
        }
        shapes += drawing.shapes.map { $0.moved(x: x, y: heading) }
        x += drawing.width + 24
        height = max(height, heading + drawing.height)
      }
      return .diagram(
        Diagram(
          title: title, subtitle: subtitle,
          caption: "\(caption(isResidual: true)) \(source) Command: gradflow draw \(name)",
          alternativeText: alternativeText, width: x - 24, height: height, shapes: shapes))
    }
  }
}

private func caption(isResidual: Bool) -> String {
  let arcs =
    isResidual
    ? " Arcs are shortcuts, dotted where they change the shape; + adds." : ""
  return "Boxes are layers: size of the filters, their number, and the stride where it is 2; "
    + "outlines are pooling. At the left, the size of the outputs. Normalizations and "
    + "nonlinearities are not drawn.\(arcs)"
}
