import Architectures
import Charts
import Experiments
import RealModule

/// A network as a column of boxes, a box a layer, or as several columns where it is long, in the
/// manner of the paper's figure 3: shortcuts are arcs that end at an addition, dotted where shapes change.
struct NetworkDrawing {
  let shapes: [DiagramShape]
  let width: Double
  let height: Double

  private static let box = (width: 118.0, height: 15.0, gap: 6.0)
  /// Between blocks, plain ones too, so that twins keep abreast: room for an addition of a radius, its
  /// middle so far below the block, and for the next fork, so far above the next one.
  private static let blockGap = (height: 18.0, addition: 6.0, radius: 4.0, fork: 5.0)
  /// Room at the left of a column for the sizes of outputs, and at the right for arcs.
  private static let margin = (left: 62.0, right: 30.0)
  private static let style = TextStyle(size: 10)

  /// Draws a network with so many layers in a column, or all in one; of more equal blocks in a row than
  /// `longestRun` the first and the last two.
  init(_ architecture: Architecture, layersPerColumn: Int = .max, longestRun: Int = 40) {
    let ink = Ink(family: architecture.configuration)
    var pen = Pen(layersPerColumn: layersPerColumn)
    pen.draw(Group(rows: [.words("image, \(architecture.input)")]))
    let layers = architecture.layers
    for (index, stage) in architecture.stages.enumerated() {
      let output = layers.last { $0.stage == index && $0.kind == .convolution }?.output
      let size = output.map { "\($0.dimensions[1])×\($0.dimensions[2])" } ?? ""
      // Deeper stages are darker.
      let share = Double(index) / Double(max(architecture.stages.count - 1, 1))
      pen.begin(fill: ink.faded(0.85 - 0.4 * share), outline: ink.faded(0.45), size: size)
      for group in Self.shortened(Self.groups(stage.elements), beyond: longestRun) {
        pen.draw(group)
      }
    }
    shapes = pen.shapes
    width = pen.x + Self.margin.left + Self.box.width + Self.margin.right
    height = pen.deepest + (pen.x > 0 ? Self.box.gap : 0)
  }

  /// Layers that stay together, and what leads around them.
  private struct Group: Hashable {
    enum Row: Hashable {
      case layer(String)
      /// An operation without weights.
      case operation(String)
      case words(String)
    }
    enum Shortcut { case none, identity, changing }

    var rows: [Row]
    var shortcut: Shortcut = .none
    var isBlock = false
  }

  private static func groups(_ elements: [Architecture.Element]) -> [Group] {
    elements.compactMap { element in
      switch element {
      case .block(let block):
        let shortcut: Group.Shortcut =
          switch block.shortcut {
          case .none: .none
          case .identity: .identity
          case .zeroPadding, .projection: .changing
          }
        return Group(rows: block.branch.compactMap(row), shortcut: shortcut, isBlock: true)
      default: return row(element).map { Group(rows: [$0]) }
      }
    }
  }

  private static func row(_ element: Architecture.Element) -> Group.Row? {
    switch element {
    case .convolution(let layer):
      let stride = layer.stride == 1 ? "" : ", /\(layer.stride)"
      return .layer("\(layer.kernel)×\(layer.kernel) conv, \(layer.outputs)\(stride)")
    case .linear(let layer): return .layer("fc, \(layer.outputs)")
    case .maximumPooling(let kernel, let stride, _):
      return .operation("\(kernel)×\(kernel) max pool, /\(stride)")
    case .averagePooling(let side): return side == 1 ? .operation("average pool") : nil
    case .batchNormalization, .activation, .flattening, .block, .scaling, .scalar, .dropout,
      .bypass:
      return nil
    }
  }

  /// Of more equal groups in a row those in the middle are told of, not drawn.
  private static func shortened(_ groups: [Group], beyond longest: Int) -> [Group] {
    var result: [Group] = []
    var index = 0
    while index < groups.count {
      let run = groups[index...].prefix { $0 == groups[index] }
      if run.count > longest {
        result += run.prefix(2)
        result.append(Group(rows: [.words("… \(run.count - 4) more blocks …")]))
        result += run.suffix(2)
      } else {
        result += run
      }
      index += run.count
    }
    return result
  }

  /// Where the next group goes.
  private struct Pen {
    let layersPerColumn: Int
    var shapes: [DiagramShape] = []
    var (x, y) = (0.0, 0.0)
    var rows = 0
    var deepest = 0.0
    private var fill: Ink = .plain
    private var outline: Ink = .plain
    /// The size of the stage's outputs.
    private var size = ""
    private var sizeToWrite = ""
    private var end: Point?
    private var isAfterBlock = false

    init(layersPerColumn: Int) { self.layersPerColumn = layersPerColumn }

    mutating func begin(fill: Ink, outline: Ink, size: String) {
      self.fill = fill
      self.outline = outline
      sizeToWrite = size == self.size ? "" : size
      self.size = size
    }

    mutating func draw(_ group: Group) {
      if rows > 0, rows + group.rows.count > layersPerColumn { beginColumn() }
      if rows > 0, group.isBlock || isAfterBlock { y += gap.height - box.gap }
      isAfterBlock = group.isBlock
      let middle = x + margin.left + box.width / 2
      let top = y
      for row in group.rows {
        if let end { drawLine(from: end, to: Point(middle, y), hasArrow: true) }
        draw(row, middle: middle)
        end = Point(middle, y + box.height)
        y += box.height + box.gap
        rows += 1
      }
      if group.shortcut != .none, let end {
        let addition = Point(middle, end.y + gap.addition)
        drawLine(from: end, to: Point(middle, addition.y - gap.radius), hasArrow: false)
        drawArc(from: top - gap.fork, to: addition, isChanging: group.shortcut == .changing)
        shapes.append(
          .node(
            center: addition, radius: gap.radius, "+", TextStyle(size: 8, weight: .bold)))
        self.end = Point(middle, addition.y + gap.radius)
      }
      deepest = max(deepest, end?.y ?? y)
    }

    private mutating func drawLine(from start: Point, to end: Point, hasArrow: Bool) {
      shapes.append(.line([start, end], nil, width: 0.8, dash: [], hasArrow: hasArrow))
    }

    private mutating func draw(_ row: Group.Row, middle: Double) {
      let frame = Rectangle(
        x: x + margin.left, y: y, width: box.width, height: box.height)
      switch row {
      case .layer(let text):
        shapes.append(.box(frame, text, style, fill: fill, outline: nil))
        writeSize()
      case .operation(let text):
        shapes.append(.box(frame, text, style, fill: nil, outline: outline))
        writeSize()
      case .words(let text):
        shapes.append(
          .words(text, style, at: Point(middle, y + box.height - 4), .middle, .muted))
      }
    }

    private mutating func writeSize() {
      if sizeToWrite.isEmpty { return }
      shapes.append(
        .words(
          sizeToWrite, TextStyle(size: 9.5), at: Point(x + margin.left - 7, y + box.height - 4),
          .end, .muted))
      sizeToWrite = ""
    }

    /// From above the first layer of a block to the addition below its last one.
    private mutating func drawArc(from fork: Double, to addition: Point, isChanging: Bool) {
      let right = x + margin.left + box.width
      let bend = min((addition.y - fork) / 2, 12)
      var points = [Point(addition.x, fork), Point(right + 4, fork)]
      points += stride(from: 0.0, through: 1.01, by: 0.2).map { share in
        let turn = share * .pi / 2
        return Point(right + 4 + 14 * Double.sin(turn), fork + bend * (1 - Double.cos(turn)))
      }
      let lower = stride(from: 0.0, through: 1.01, by: 0.2).map { share in
        let turn = share * .pi / 2
        return Point(
          right + 4 + 14 * Double.cos(turn), addition.y - bend + bend * Double.sin(turn))
      }
      points += lower + [Point(addition.x + gap.radius, addition.y)]
      shapes.append(
        .line(
          points, .residual, width: 1, dash: isChanging ? [2, 2.5] : [], hasArrow: true))
    }

    private mutating func beginColumn() {
      let columnWidth = margin.left + box.width + margin.right
      if let from = end {
        let right = x + columnWidth - 6
        let next = x + columnWidth + margin.left + box.width / 2
        let below = from.y + box.gap
        shapes.append(
          .line(
            [
              from, Point(from.x, below), Point(right, below), Point(right, -box.gap),
              Point(next, -box.gap), Point(next, 0),
            ], nil, width: 0.8, dash: [], hasArrow: true))
      }
      x += columnWidth
      y = 0
      rows = 0
      end = nil
      isAfterBlock = false
      sizeToWrite = size
    }

    private var box: (width: Double, height: Double, gap: Double) { NetworkDrawing.box }
    private var gap: (height: Double, addition: Double, radius: Double, fork: Double) {
      NetworkDrawing.blockGap
    }
    private var margin: (left: Double, right: Double) { NetworkDrawing.margin }
    private var style: TextStyle { NetworkDrawing.style }
  }
}
