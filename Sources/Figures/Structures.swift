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
  static let structures = Figure(
    "structures",
    summary: "VGG-19, plain-34 and resnet-34 side by side, layer by layer."
  ) {
    let networks = [
      Architecture(NetworkConfiguration(.plain, depth: 19, family: .vgg)),
      Architecture(NetworkConfiguration(.plain, depth: 34, family: .imageNet)),
      Architecture(NetworkConfiguration(.residual, depth: 34, family: .imageNet)),
    ]
    let heading = 40.0
    var shapes: [DiagramShape] = []
    var (x, height) = (0.0, 0.0)
    for network in networks {
      let drawing = NetworkDrawing(network)
      let left = x + 62
      let ink = Ink(family: network.configuration)
      shapes.append(.words(network.name, .panelTitle, at: Point(left, 10), .start, .ink(ink)))
      shapes.append(
        .words(
          "\(short(network.parameterCount)) parameters,", .stage, at: Point(left, 22), .start,
          .muted))
      shapes.append(
        .words(
          "\(short(network.multiplyAdds)) multiply-adds", .stage, at: Point(left, 33), .start,
          .muted))
      shapes += drawing.shapes.map { $0.moved(x: x, y: heading) }
      x += drawing.width + 24
      height = max(height, heading + drawing.height)
    }
    return .diagram(
      Diagram(
        title: "VGG-19, and 34 layers without and with shortcuts",
        subtitle:
          "The deeper networks have a sixth of VGG-19’s parameters and a fifth of its work.",
        caption: caption(isResidual: true)
          + " After He et al. 2015, figure 3. Command: gradflow draw structures",
        alternativeText: "Three columns of boxes, a box a layer: vgg-19 with 16 convolutions and 3 "
          + "linear layers; plain-34 with 33 convolutions and one linear layer; resnet-34 with the "
          + "same layers and an arc around every pair of convolutions.",
        width: x - 24, height: height, shapes: shapes))
  }
}

private func caption(isResidual: Bool) -> String {
  let arcs =
    isResidual
    ? " Arcs are shortcuts, dotted where they change the shape." : ""
  return "Boxes are layers: size of the filters, their number, and the stride where it is 2; "
    + "outlines are pooling. At the left, the size of the outputs. Normalizations and "
    + "nonlinearities are not drawn.\(arcs)"
}
