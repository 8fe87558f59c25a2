extension TextMeasuring {
  /// The distance from one baseline to the next in a paragraph.
  func lineHeight(of style: TextStyle) -> Double {
    ascent(of: style) + descent(of: style)
  }

  /// How far below the middle of a line of text its baseline is.
  func middle(of style: TextStyle) -> Double {
    (ascent(of: style) - descent(of: style)) / 2
  }

  /// Breaks a paragraph between words so that no line is wider; a word that is too wide alone is
  /// broken between its letters, and line feeds break always.
  func lines(of string: String, style: TextStyle, width: Double) -> [String] {
    string.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
      var lines: [String] = []
      var line = ""
      for word in paragraph.split(separator: " ") {
        let longer = line.isEmpty ? String(word) : line + " " + word
        if self.width(of: longer, style: style) <= width {
          line = longer
          continue
        }
        if !line.isEmpty { lines.append(line) }
        line = ""
        for letter in word {
          if !line.isEmpty, self.width(of: line + String(letter), style: style) > width {
            lines.append(line)
            line = ""
          }
          line.append(letter)
        }
      }
      if !line.isEmpty { lines.append(line) }
      return lines
    }
  }

  /// Breaks a title into as few lines as can be, and these about equally long.
  func balancedLines(of string: String, style: TextStyle, width: Double) -> [String] {
    var best = lines(of: string, style: style, width: width)
    for percent in stride(from: 98.0, through: 30, by: -2) where best.count > 1 {
      let narrower = lines(of: string, style: style, width: width * percent / 100)
      guard narrower.count == best.count else { break }
      best = narrower
    }
    return best
  }

  /// The rectangle from ascent to descent that a text fills, turned as the text is.
  func bounds(of text: Text) -> Rectangle {
    let width = width(of: text.string, style: text.style)
    let ascent = ascent(of: text.style)
    let height = ascent + descent(of: text.style)
    let start = text.anchor.start(ofWidth: width)
    let corners = [
      Point(start, -ascent), Point(start + width, -ascent), Point(start, height - ascent),
      Point(start + width, height - ascent),
    ].map { corner in
      let turn = Point(onUnitCircleAt: text.rotation / 180 * .pi)
      return Point(corner.x * turn.x - corner.y * turn.y, corner.x * turn.y + corner.y * turn.x)
    }
    let (xs, ys) = (corners.map(\.x), corners.map(\.y))
    let (minX, minY) = (xs.min() ?? 0, ys.min() ?? 0)
    return Rectangle(
      x: text.position.x + minX, y: text.position.y + minY,
      width: (xs.max() ?? 0) - minX, height: (ys.max() ?? 0) - minY)
  }
}

extension Text.Anchor {
  /// Where a line of a width begins, seen from the point that it is anchored to.
  package func start(ofWidth width: Double) -> Double {
    switch self {
    case .start: 0
    case .middle: -width / 2
    case .end: -width
    }
  }
}
