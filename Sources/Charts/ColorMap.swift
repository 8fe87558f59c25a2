/// Colours for amounts: from dark to light through hues that keep neighbours apart, with even steps
/// of OKLab lightness, so that it reads in grey print, too.
package struct ColorMap: Hashable, Sendable {
  private let anchors: [OKLab]

  /// A map through colours at equal distances.
  init(_ anchors: [OKLab]) {
    precondition(anchors.count >= 2, "a map of \(anchors.count) colours")
    self.anchors = anchors
  }

  /// The colour of a fraction 0…1 of the way.
  package func color(at fraction: Double) -> Color {
    let place = min(max(fraction, 0), 1) * Double(anchors.count - 1)
    let index = min(Int(place), anchors.count - 2)
    return anchors[index].mixed(with: anchors[index + 1], place - Double(index)).color
  }

  /// From a dark violet over red to a light yellow: weak gradients are dark, strong ones glow.
  package static let heat = ColorMap([
    OKLab(lightness: 0.22, a: 0.02, b: -0.09),
    OKLab(lightness: 0.37, a: 0.09, b: -0.09),
    OKLab(lightness: 0.52, a: 0.16, b: -0.01),
    OKLab(lightness: 0.67, a: 0.14, b: 0.09),
    OKLab(lightness: 0.82, a: 0.04, b: 0.14),
    OKLab(lightness: 0.97, a: -0.03, b: 0.08),
  ])
}
