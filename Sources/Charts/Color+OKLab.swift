import RealModule

/// A colour in OKLab, where equal distances look about equally far apart.
///
/// Björn Ottosson, *A perceptual color space for image processing* (2020).
package struct OKLab: Hashable, Sendable {
  /// From 0, black, to 1, white.
  package var lightness: Double
  /// From green to red.
  package var a: Double
  /// From blue to yellow.
  package var b: Double

  package init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  /// Mixes two colours: 0 gives this one, 1 the other.
  package func mixed(with other: OKLab, _ fraction: Double) -> OKLab {
    OKLab(
      lightness: lightness + (other.lightness - lightness) * fraction,
      a: a + (other.a - a) * fraction, b: b + (other.b - b) * fraction)
  }
}

extension OKLab {
  package init(_ color: Color) {
    let (r, g, b) = (linear(color.red), linear(color.green), linear(color.blue))
    let l = Double.root(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b, 3)
    let m = Double.root(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b, 3)
    let s = Double.root(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b, 3)
    self.init(
      lightness: 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      a: 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      b: 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
  }

  /// The components of sRGB, outside 0…1 where a screen cannot show the colour.
  private var components: [Double] {
    let l = lightness + 0.3963377774 * a + 0.2158037573 * b
    let m = lightness - 0.1055613458 * a - 0.0638541728 * b
    let s = lightness - 0.0894841775 * a - 1.2914855480 * b
    let (l3, m3, s3) = (l * l * l, m * m * m, s * s * s)
    return [
      encoded(4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3),
      encoded(-1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3),
      encoded(-0.0041960863 * l3 - 0.7034186147 * m3 + 1.7076147010 * s3),
    ]
  }

  /// The nearest colour of the same lightness and hue that a screen can show.
  package var color: Color {
    var (inside, outside) = (0.0, 1.0)
    if isShown(chroma: 1) {
      inside = 1
    } else {
      for _ in 0..<24 {
        let middle = (inside + outside) / 2
        if isShown(chroma: middle) { inside = middle } else { outside = middle }
      }
    }
    let shown = OKLab(lightness: lightness, a: a * inside, b: b * inside).components
      .map { min(max($0, 0), 1) }
    return Color(red: shown[0], green: shown[1], blue: shown[2])
  }

  private func isShown(chroma: Double) -> Bool {
    OKLab(lightness: lightness, a: a * chroma, b: b * chroma).components
      .allSatisfy { (-1e-4...1 + 1e-4).contains($0) }
  }
}

extension Color {
  /// Mixes two colours in OKLab: 0 gives this one, 1 the other.
  package func mixed(with other: Color, _ fraction: Double) -> Color {
    OKLab(self).mixed(with: OKLab(other), fraction).color.opacity(opacity)
  }
}

/// Undoes the transfer curve of sRGB.
private func linear(_ component: Double) -> Double {
  component <= 0.04045 ? component / 12.92 : Double.pow((component + 0.055) / 1.055, 2.4)
}

/// Applies the transfer curve of sRGB.
private func encoded(_ component: Double) -> Double {
  component <= 0.0031308 ? component * 12.92 : 1.055 * Double.pow(component, 1 / 2.4) - 0.055
}
