/// A picture as a list of things to draw, in the order of drawing; lengths in points of 1/72 inch,
/// the origin at the upper left.
package struct Scene: Hashable, Sendable {
  package var width: Double
  package var height: Double
  package var background: Color
  /// What the picture is called, for those who hear it.
  package var title: String
  /// What the picture shows, for those who hear it.
  package var description: String
  package var elements: [Element]

  package init(
    width: Double, height: Double, background: Color, title: String, description: String,
    elements: [Element] = []
  ) {
    self.width = width
    self.height = height
    self.background = background
    self.title = title
    self.description = description
    self.elements = elements
  }

  package indirect enum Element: Hashable, Sendable {
    case path(Path, stroke: Stroke?, fill: Color?)
    case text(Text)
    /// A grid of cells that fill a rectangle edge to edge, without smoothing.
    case cells(CellGrid)
    /// Elements of which only what lies in the rectangle is seen.
    case clipped(Rectangle, [Element])
    /// Elements that stand for one thing together.
    case group(Group, [Element])
  }

  /// What a group of elements stands for.
  package struct Group: Hashable, Sendable {
    package enum Role: String, Sendable {
      case panel, axis, legend, rule
      /// What stands for data: a curve with its band, points, cells.
      case mark
    }

    package var role: Role
    /// What it is called: `plain-56 training`.
    package var name: String
    /// Its numbers.
    package var data: DataTable?
    /// Whether they are in the table of the picture.
    package var isTabulated: Bool

    package init(
      _ role: Role, _ name: String, data: DataTable? = nil, isTabulated: Bool = true
    ) {
      self.role = role
      self.name = name
      self.data = data
      self.isTabulated = isTabulated
    }
  }
}

extension Scene {
  /// The marks, in the order of drawing.
  package var marks: [Group] { elements.flatMap(\.groups).filter { $0.role == .mark } }

  /// The numbers of all marks that are in the table; nil where there are none.
  package var table: DataTable? {
    let tables = marks.filter(\.isTabulated).compactMap(\.data)
    return tables.first.map { DataTable(columns: $0.columns, rows: tables.flatMap(\.rows)) }
  }
}

extension Scene.Element {
  fileprivate var groups: [Scene.Group] {
    switch self {
    case .path, .text, .cells: []
    case .clipped(_, let elements): elements.flatMap(\.groups)
    case .group(let group, let elements): [group] + elements.flatMap(\.groups)
    }
  }
}

package struct Point: Hashable, Sendable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

package struct Rectangle: Hashable, Sendable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  package var midX: Double { x + width / 2 }
  package var midY: Double { y + height / 2 }
}

/// Lines from point to point; several of them where the pen is lifted.
package struct Path: Hashable, Sendable {
  /// Each a run of connected points.
  package var runs: [[Point]]
  /// Whether each run returns to where it began.
  package var isClosed: Bool

  package init(_ runs: [[Point]], isClosed: Bool = false) {
    self.runs = runs
    self.isClosed = isClosed
  }
}

package struct Stroke: Hashable, Sendable {
  package var color: Color
  package var width: Double
  /// Lengths of line and gap in turns; empty for a solid line.
  package var dash: [Double]

  package init(_ color: Color, width: Double = 1, dash: [Double] = []) {
    self.color = color
    self.width = width
    self.dash = dash
  }
}

/// sRGB, each component 0…1.
package struct Color: Hashable, Sendable {
  package var red: Double
  package var green: Double
  package var blue: Double
  package var opacity: Double

  package init(red: Double, green: Double, blue: Double, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// 0xRRGGBB.
  package init(hex: UInt32, opacity: Double = 1) {
    self.init(
      red: Double(hex >> 16 & 255) / 255, green: Double(hex >> 8 & 255) / 255,
      blue: Double(hex & 255) / 255, opacity: opacity)
  }

  package func opacity(_ opacity: Double) -> Color {
    Color(red: red, green: green, blue: blue, opacity: opacity)
  }
}

/// One line of text.
package struct Text: Hashable, Sendable {
  package enum Weight: String, Hashable, Sendable { case regular, bold }
  package enum Anchor: String, Hashable, Sendable { case start, middle, end }

  package var string: String
  /// On the baseline, at the start, middle or end of the line.
  package var position: Point
  package var anchor: Anchor
  package var style: TextStyle
  package var color: Color
  /// In degrees, clockwise, about the position.
  package var rotation: Double

  package init(
    _ string: String, at position: Point, anchor: Anchor = .start, style: TextStyle, color: Color,
    rotation: Double = 0
  ) {
    self.string = string
    self.position = position
    self.anchor = anchor
    self.style = style
    self.color = color
    self.rotation = rotation
  }
}

package struct TextStyle: Hashable, Sendable {
  /// The size of the font, in points.
  package var size: Double
  package var weight: Text.Weight

  package init(size: Double, weight: Text.Weight = .regular) {
    self.size = size
    self.weight = weight
  }
}

/// Coloured cells, row by row from the top, each row from the left.
package struct CellGrid: Hashable, Sendable {
  package var frame: Rectangle
  package var columns: Int
  package var rows: Int
  package var colors: [Color]

  package init(frame: Rectangle, columns: Int, rows: Int, colors: [Color]) {
    precondition(
      colors.count == columns * rows, "\(colors.count) colours for \(columns)×\(rows) cells")
    self.frame = frame
    self.columns = columns
    self.rows = rows
    self.colors = colors
  }
}

/// How much room text takes. Charts are laid out with it and know no fonts.
package protocol TextMeasuring {
  /// The advance width of one line.
  func width(of string: String, style: TextStyle) -> Double
  /// The height above the baseline of the font, the same for every string.
  func ascent(of style: TextStyle) -> Double
  /// The depth below the baseline.
  func descent(of style: TextStyle) -> Double
}
