import Architectures
import Charts
import Experiments

extension Figure {
  /// What the networks are made of: a plain pair of layers, the basic block, the bottleneck block
  /// (paper, figures 2 and 5), and the block with pre-activation (He et al. 2016).
  static let blocks = Figure(
    "blocks", summary: "The blocks of plain, residual, bottleneck and pre-activated networks."
  ) {
    let kinds: [(title: String, words: String, network: NetworkConfiguration)] = [
      ("plain", "y = σ(F(x))", NetworkConfiguration(.plain, depth: 34, family: .imageNet)),
      (
        "basic", "y = σ(F(x) + x)", NetworkConfiguration(.residual, depth: 34, family: .imageNet)
      ),
      (
        "bottleneck", "y = σ(F(x) + x)",
        NetworkConfiguration(.residual, depth: 50, family: .imageNet)
      ),
      ("pre-activated", "y = F(x) + x", preActivated),
    ]
    var shapes: [DiagramShape] = []
    var deepest = 0.0
    for (column, kind) in kinds.enumerated() {
      let drawing = BlockDrawing(kind.network, left: Double(column) * 222)
      let heading = Point(drawing.middle, 12)
      let ink = Ink(kind.network.kind)
      shapes.append(.words(kind.title, .panelTitle, at: heading, .middle, .ink(ink)))
      shapes.append(
        .words(kind.words, .label, at: Point(drawing.middle, 30), .middle, .text))
      shapes += drawing.shapes.map { $0.moved(x: 0, y: 50) }
      deepest = max(deepest, 50 + drawing.height)
    }
    return .diagram(
      Diagram(
        title: "A block without a shortcut, and three with one",
        subtitle: "On the way back (dashed) the gradient that reaches a + goes past the layers, "
          + "as it is.",
        caption:
          "F is what the boxes that the arc passes compute, σ the ReLU behind the +, if there is one; the numbers are those of plain-34, "
          + "resnet-34, resnet-50 and resnet-34-preact. After He et al. 2015, figures 2 and 5, and "
          + "He et al. 2016 (arXiv:1603.05027), figure 4. Command: gradflow draw blocks",
        alternativeText: "Four blocks side by side. Plain: two 3×3 convolutions with normalization "
          + "and ReLU. Basic: the same with an arc from its input to an addition before the last "
          + "ReLU. Bottleneck: 1×1, 3×3 and 1×1 convolutions with such an arc. Pre-activated: "
          + "normalization and ReLU before each of two 3×3 convolutions, the arc leading to an "
          + "addition with nothing behind it. Beside each arc a dashed line leads back: the gradient passes "
          + "the layers unchanged.",
        width: Double(kinds.count) * 222 - 20, height: deepest, shapes: shapes))
  }

  private static var preActivated: NetworkConfiguration {
    var network = NetworkConfiguration(.residual, depth: 34, family: .imageNet)
    network.order = .preActivation
    return network
  }
}

/// A block of a network, from its input at the top to its output at the bottom.
private struct BlockDrawing {
  var shapes: [DiagramShape] = []
  let middle: Double
  var height = 0.0

  private static let box = (width: 116.0, height: 24.0)
  private static let step = 40.0

  /// The second block of the first stage, which keeps the shape.
  init(_ network: NetworkConfiguration, left: Double) {
    middle = left + 12 + Self.box.width / 2
    let elements = Architecture(network).stages[1].elements
    let blocks = elements.compactMap { if case .block(let block) = $0 { block } else { nil } }
    guard blocks.count > 1 else { return }
    draw(blocks[1], ink: Ink(network.kind))
  }

  private mutating func draw(_ block: Architecture.Block, ink: Ink) {
    shapes.append(.words("x", .label, at: Point(middle, 4), .middle, .text))
    var y = 9.0
    let isResidual = block.shortcut != .none
    let fork = y + 8
    let channels = block.branch.compactMap { element -> Int? in
      if case .convolution(let layer) = element { layer.inputs } else { nil }
    }
    shapes.append(
      .words(
        "\(channels.first ?? 0) channels", .stage, at: Point(middle + 12, 5), .start, .muted))
    for element in block.branch {
      arrow(to: y + Self.step - Self.box.height, from: y)
      y += Self.step - Self.box.height
      y = box(element, at: y, ink: ink)
    }
    if isResidual {
      let radius = 9.0
      arrow(to: y + 16, from: y)
      let center = Point(middle, y + 16 + radius)
      let right = middle + Self.box.width / 2 + 30
      shapes.append(
        .line(
          [
            Point(middle, fork), Point(right, fork), Point(right, center.y),
            Point(middle + radius, center.y),
          ], .residual, width: 2, dash: [], hasArrow: true))
      shapes.append(
        .words(
          "identity", .label, at: Point(right + 14, (fork + center.y) / 2 - 3), .start,
          .ink(.residual)))
      // The way back runs beside it, from below the addition to above the fork.
      let lane = 7.0
      shapes.append(
        .line(
          [
            Point(middle + radius + 3, center.y + lane), Point(right + lane, center.y + lane),
            Point(right + lane, fork - lane), Point(middle + 5, fork - lane),
          ], nil, width: 1, dash: [3, 2.5], hasArrow: true))
      shapes.append(
        .words(
          "gradient", .label, at: Point(right + 14, (fork + center.y) / 2 + 12), .start, .text))
      shapes.append(
        .node(center: center, radius: radius, "+", TextStyle(size: 14, weight: .bold)))
      y = center.y + radius
    }
    if let activation = block.activation {
      arrow(to: y + 16, from: y)
      y = box(.activation(activation), at: y + 16, ink: ink)
    }
    arrow(to: y + 18, from: y)
    shapes.append(.words("y", .label, at: Point(middle, y + 31), .middle, .text))
    height = y + 36
  }

  private mutating func box(_ element: Architecture.Element, at y: Double, ink: Ink) -> Double {
    let (text, fill): (String, Ink?) =
      switch element {
      case .convolution(let layer):
        ("\(layer.kernel)×\(layer.kernel) conv, \(layer.outputs)", ink.faded(0.65))
      case .batchNormalization: ("batch norm", nil)
      case .activation(let function): (function == .relu ? "ReLU" : function.rawValue, nil)
      default: ("", nil)
      }
    let frame = Rectangle(
      x: middle - Self.box.width / 2, y: y, width: Self.box.width, height: Self.box.height)
    shapes.append(.box(frame, text, .label, fill: fill, outline: fill == nil ? ink : nil))
    return y + Self.box.height
  }

  private mutating func arrow(to bottom: Double, from top: Double) {
    shapes.append(
      .line(
        [Point(middle, top), Point(middle, bottom)], nil, width: 1, dash: [], hasArrow: true))
  }
}
