/// Labelled images as they come from their files: 8-bit pixels, N×C×H×W.
struct ImageSet: Sendable {
  let channels: Int
  let height: Int
  let width: Int
  var pixels: [UInt8]
  var labels: [UInt8]

  var count: Int { labels.count }

  /// The first so many images, or all where there are fewer.
  func prefix(_ count: Int?) -> ImageSet {
    guard let count, count < self.count else { return self }
    return ImageSet(
      channels: channels, height: height, width: width,
      pixels: Array(pixels.prefix(count * channels * height * width)),
      labels: Array(labels.prefix(count)))
  }

  /// The images without the last so many, and those.
  func split(last count: Int) -> (rest: ImageSet, last: ImageSet) {
    let size = channels * height * width
    let kept = self.count - count
    return (
      prefix(kept),
      ImageSet(
        channels: channels, height: height, width: width,
        pixels: Array(pixels[(kept * size)...]), labels: Array(labels[kept...]))
    )
  }

  /// The images averaged over whole blocks to a side of so many pixels, as numbers 0…255.
  ///
  /// The side must divide both sides of the images.
  func averaged(to size: Int) -> [Float] {
    let (rows, columns) = (height / size, width / size)
    precondition(
      rows * size == height && columns * size == width,
      "\(height)×\(width) images cannot be averaged to \(size)")
    if rows == 1 && columns == 1 { return pixels.map(Float.init) }
    let planes = count * channels
    let scale = 1 / Float(rows * columns)
    return [Float](unsafeUninitializedCapacity: planes * size * size) { result, initialized in
      pixels.withUnsafeBufferPointer { pixels in
        for plane in 0..<planes {
          for y in 0..<size {
            for x in 0..<size {
              var sum: Int32 = 0
              for row in 0..<rows {
                let start = (plane * height + y * rows + row) * width + x * columns
                for column in 0..<columns { sum += Int32(pixels[start + column]) }
              }
              result[(plane * size + y) * size + x] = Float(sum) * scale
            }
          }
        }
      }
      initialized = planes * size * size
    }
  }
}
