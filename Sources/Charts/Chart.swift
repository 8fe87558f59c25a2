/// A figure: panels of marks with what explains them.
package struct Chart: Hashable, Sendable {
  /// What is plotted.
  package var title: String
  /// What it says, one or two sentences under the title.
  package var subtitle: String
  /// Data set, budget, seeds and command.
  package var caption: String
  /// The figure in words, for those who do not see it.
  package var alternativeText: String
  /// Row by row.
  package var panels: [[Panel]]
  package var legend: [LegendEntry]
  /// The scale of heat maps.
  package var colorBar: ColorBar?

  package init(
    title: String, subtitle: String = "", caption: String = "", alternativeText: String,
    panels: [[Panel]], legend: [LegendEntry] = [], colorBar: ColorBar? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.caption = caption
    self.alternativeText = alternativeText
    self.panels = panels
    self.legend = legend
    self.colorBar = colorBar
  }
}

/// A plane with two axes and the marks in it.
package struct Panel: Hashable, Sendable {
  package var title: String
  package var x: Axis
  package var y: Axis
  package var marks: [Mark]

  package init(title: String, x: Axis, y: Axis, marks: [Mark]) {
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
  }
}

/// A dimension of a panel. Panels that are to be compared get the same domain.
package struct Axis: Hashable, Sendable {
  package var title: String
  package var kind: Scale.Kind
  package var domain: ClosedRange<Double>
  /// Whether it counts: no ticks between whole numbers.
  package var isWhole: Bool
  /// Whether it begins at the right or the top.
  package var isReversed: Bool
  /// Whether ticks have labels; panels beside or above others can do without.
  package var isLabelled: Bool
  /// Where the ticks are, if they are not to be chosen: what was measured, and nothing between.
  package var ticks: [Tick]?

  /// A range without width, of one step or one layer, is given some.
  package init(
    _ title: String, _ kind: Scale.Kind = .linear, domain: ClosedRange<Double>,
    isWhole: Bool = false, isReversed: Bool = false, isLabelled: Bool = true
  ) {
    self.title = title
    self.kind = kind
    self.domain = kind.widened(domain)
    self.isWhole = isWhole
    self.isReversed = isReversed
    self.isLabelled = isLabelled
  }
}

/// A sample of a mark and what it stands for.
package struct LegendEntry: Hashable, Sendable {
  package enum Sample: Hashable, Sendable {
    case line(Ink, width: Double, dash: [Double])
    case band(Ink)
  }

  package var sample: Sample
  package var label: String

  package init(_ sample: Sample, _ label: String) {
    self.sample = sample
    self.label = label
  }
}

/// How colours stand for positive amounts, and for those that have no logarithm.
package struct ColorBar: Hashable, Sendable {
  package var title: String
  package var domain: ClosedRange<Double>
  package var map: ColorMap
  /// Amounts that maps have lines at. Where there are some, they are the ticks, and the bar has the lines, too.
  package var lines: [Line]

  /// An amount, and what its lines are drawn in.
  package struct Line: Hashable, Sendable {
    package var value: Double
    package var ink: Ink

    package init(_ value: Double, ink: Ink) {
      self.value = value
      self.ink = ink
    }
  }

  package init(
    _ title: String, domain: ClosedRange<Double>, map: ColorMap = .heat, lines: [Line] = []
  ) {
    self.title = title
    self.domain = domain
    self.map = map
    self.lines = lines
  }

  /// What is shown in a colour of its own.
  package enum Special: String, CaseIterable {
    case zero = "exactly 0"
    case infinite = "infinite"
    case notANumber = "not a number"

    package init?(_ value: Double) {
      if value.isNaN {
        self = .notANumber
      } else if value.isInfinite {
        self = .infinite
      } else if value <= 0 {
        self = .zero
      } else {
        return nil
      }
    }

    /// None of them occurs in a colour map.
    package var color: Color {
      switch self {
      case .zero: Color(hex: 0x9AA5AE)
      case .infinite: Color(hex: 0x00A4D6)
      case .notANumber: Color(hex: 0x2FBF71)
      }
    }
  }

  func color(of value: Double) -> Color {
    if let special = Special(value) { return special.color }
    let scale = Scale(.logarithmic, domain: domain, from: 0, to: 1)
    return map.color(at: scale.position(of: value) ?? 0)
  }
}
