/// The binary layout of CIFAR-10 (Krizhevsky 2009): records of a label and 3×32×32 bytes.
enum CIFARFormat {
  static let recordSize = 1 + 3 * 32 * 32

  static func read(_ files: [DataFile]) throws(DatasetError) -> ImageSet {
    var images = ImageSet(channels: 3, height: 32, width: 32, pixels: [], labels: [])
    for file in files {
      let contents = try file.contents(limit: 10_000 * recordSize + 1)
      guard contents.count % recordSize == 0, !contents.isEmpty else {
        throw .malformed(
          path: file.path,
          reason: "does not consist of 1 to 10,000 records of \(recordSize) bytes")
      }
      for start in stride(from: 0, to: contents.count, by: recordSize) {
        guard contents[start] < 10 else {
          throw .malformed(
            path: file.path,
            reason: "has the label \(contents[start]) for image \(start / recordSize), not 0…9")
        }
        images.labels.append(contents[start])
        images.pixels.append(contentsOf: contents[start + 1..<start + recordSize])
      }
    }
    return images
  }
}
