/// The format of MNIST and its kin (LeCun, Cortes and Burges): a magic number, big-endian extents,
/// bytes.
enum IDX {
  /// Reads images from a file of N×H×W bytes and their labels from one of N.
  static func read(images: DataFile, labels: DataFile, classes: Int) throws(DatasetError)
    -> ImageSet
  {
    let (extents, pixels) = try array(images, magic: 0x0803)
    let (labelExtents, values) = try array(labels, magic: 0x0801)
    guard extents[0] == labelExtents[0] else {
      throw .malformed(
        path: labels.path,
        reason: "has \(labelExtents[0]) labels for the \(extents[0]) images of \(images.path)")
    }
    if let index = values.firstIndex(where: { $0 >= classes }) {
      throw .malformed(
        path: labels.path,
        reason: "has the label \(values[index]) for image \(index), not one of 0…\(classes - 1)")
    }
    return ImageSet(
      channels: 1, height: extents[1], width: extents[2], pixels: pixels, labels: values)
  }

  /// Reads one array. What the header announces bounds what is unpacked.
  private static func array(
    _ file: DataFile, magic: Int
  ) throws(DatasetError) -> (extents: [Int], values: [UInt8]) {
    let rank = magic & 0xff
    let headerSize = 4 + 4 * rank
    let header = try file.contents(limit: headerSize)
    guard header.count == headerSize, word(header, 0) == magic else {
      throw .malformed(path: file.path, reason: "is not an IDX file of rank \(rank)")
    }
    let extents = (1...rank).map { word(header, 4 * $0) }
    // Far beyond every data set of this kind, and far below an overflow.
    guard extents[0] <= 1 << 22, extents.dropFirst().allSatisfy({ (1...1024).contains($0) }),
      extents.reduce(1, *) <= 1 << 29
    else {
      throw .malformed(path: file.path, reason: "announces an impossible size, \(extents)")
    }
    let size = headerSize + extents.reduce(1, *)
    let contents = try file.contents(limit: size + 1)
    guard contents.count == size else {
      throw .malformed(
        path: file.path,
        reason: contents.count < size
          ? "is cut off: it announces \(size) bytes and has \(contents.count)"
          : "goes on behind the \(size) bytes that it announces")
    }
    return (extents, Array(contents[headerSize...]))
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
