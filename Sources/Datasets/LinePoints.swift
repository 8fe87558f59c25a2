/// The points of a line as images of one pixel, whose classes take turns along it: eight stretches of 32.
enum LinePoints {
  static func draw() -> ImageSet {
    let points = Array(UInt8.min...UInt8.max)
    return ImageSet(
      channels: 1, height: 1, width: 1, pixels: points, labels: points.map { $0 / 32 % 2 })
  }
}
