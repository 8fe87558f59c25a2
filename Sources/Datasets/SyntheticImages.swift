import Randomness
import RealModule

/// Patterns drawn by a formula, for tests and for first looks without any file: ten classes, each
/// a wave or its product with another at an angle and a frequency of its own, with random phase,
/// contrast and noise. Mirroring and shifting leave the class as it is.
enum SyntheticImages {
  static let side = 16

  static func draw(_ count: Int, side: Int, stream: String) -> ImageSet {
    var random = SeededGenerator(seed: 2015, stream: stream)
    var images = ImageSet(channels: 1, height: side, width: side, pixels: [], labels: [])
    images.pixels.reserveCapacity(count * side * side)
    for index in 0..<count {
      let label = index % 10
      let phases = (random.uniform() * 2 * .pi, random.uniform() * 2 * .pi)
      let contrast = 40 + 60 * random.uniform()
      let noise = random.normals(side * side, deviation: 30)
      for y in 0..<side {
        for x in 0..<side {
          let point = (Double(x) / Double(side), Double(y) / Double(side))
          let value = pattern(label, point, phases) * contrast + Double(noise[y * side + x]) + 128
          images.pixels.append(UInt8(min(max(value, 0), 255)))
        }
      }
      images.labels.append(UInt8(label))
    }
    return images
  }

  /// The value −1…1 of a class's pattern at a point of the unit square.
  private static func pattern(
    _ label: Int, _ point: (x: Double, y: Double), _ phases: (Double, Double)
  ) -> Double {
    let cycles = Double(2 + label / 4 * 1) * 2 * .pi
    let across = Double.sin(cycles * point.x + phases.0)
    let down = Double.sin(cycles * point.y + phases.1)
    return switch label % 4 {
    case 0: across
    case 1: down
    case 2: across * down
    default: (across + down) / 2
    }
  }
}
