import Charts

/// A table as a picture: a header, rows, rules above and below, as printed tables have.
struct TableDrawing {
  struct Cell {
    var string: String
    var color = DiagramShape.WordColor.text
  }

  /// Columns that belong together, with a title above them.
  struct Group {
    var title: String
    var columns: [String]
    var color = DiagramShape.WordColor.text
  }

  let groups: [Group]
  /// The first column's fields are to the left, the others are to the right.
  let rows: [[Cell]]

  private let columnWidth = 104.0
  private let rowHeight = 26.0

  private var columnCount: Int { groups.reduce(0) { $0 + $1.columns.count } }
  var width: Double { Double(columnCount) * columnWidth }
  var height: Double { Double(rows.count + 2) * rowHeight + 8 }

  var shapes: [DiagramShape] {
    var shapes: [DiagramShape] = []
    func rule(_ y: Double, from: Double = 0, to: Double, width: Double) {
      shapes.append(
        .line([Point(from, y), Point(to, y)], nil, width: width, dash: [], hasArrow: false))
    }
    var column = 0
    for group in groups {
      let left = Double(column) * columnWidth
      let right = Double(column + group.columns.count) * columnWidth
      if !group.title.isEmpty {
        shapes.append(
          .words(
            group.title, .panelTitle, at: Point((left + right) / 2 + 12, rowHeight - 9), .middle,
            group.color))
        rule(rowHeight - 2, from: left + 28, to: right, width: 0.7)
      }
      for (offset, title) in group.columns.enumerated() {
        shapes.append(
          words(title, .axisTitle, column: column + offset, y: 2 * rowHeight - 9, .text))
      }
      column += group.columns.count
    }
    rule(0, to: width, width: 1.4)
    rule(2 * rowHeight, to: width, width: 0.8)
    for (index, row) in rows.enumerated() {
      let y = Double(index + 3) * rowHeight - 8
      let cells = row.enumerated().map { column, cell in
        words(cell.string, .subtitle, column: column, y: y, cell.color)
      }
      let data = DataTable(columns: columnNames, rows: [row.map { .text($0.string) }])
      shapes.append(.group(Scene.Group(.mark, row.first?.string ?? "", data: data), cells))
    }
    rule(Double(rows.count + 2) * rowHeight + 3, to: width, width: 1.4)
    return shapes
  }

  private func words(
    _ string: String, _ style: TextStyle, column: Int, y: Double, _ color: DiagramShape.WordColor
  ) -> DiagramShape {
    column == 0
      ? .words(string, style, at: Point(4, y), .start, color)
      : .words(string, style, at: Point(Double(column + 1) * columnWidth - 4, y), .end, color)
  }

  private var columnNames: [String] {
    groups.flatMap { group in
      group.columns.map { group.title.isEmpty ? $0 : "\(group.title) \($0)" }
    }
  }
}
