import Experiments
import Testing

@testable import Datasets

@Suite("Images are centred and scaled by what the training images are like")
struct StandardizationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func isNear(_ found: [Float], _ expected: [Double]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 }
  }

  @Test(
    "both sets lose the mean training image, then are divided by the deviation of training pixels",
    arguments: [nil, 6])
  func both(heldOut: Int?) throws {
    let pixels = (0..<30 * 16).map { UInt8(truncatingIfNeeded: $0 * $0 * 7 + $0 / 16 * 5) }
    let official = (0..<10 * 16).map { UInt8(truncatingIfNeeded: 200 + $0 * 3 % 50) }
    for (name, pixels) in [("train", pixels), ("t10k", official)] {
      let count = pixels.count / 16
      try folder.write(idx([count, 4, 4], pixels), to: "\(name)-images-idx3-ubyte")
      try folder.write(
        idx([count], [UInt8](repeating: 0, count: count)), to: "\(name)-labels-idx1-ubyte")
    }
    let set = try PreparedDataset.load(
      DatasetConfiguration(.fashionMNIST, heldOutImages: heldOut), from: folder.path)

    let count = 30 - (heldOut ?? 0)
    let learned = pixels.prefix(count * 16).map(Double.init)
    let shown = heldOut == nil ? official.map(Double.init) : pixels.suffix(6 * 16).map(Double.init)
    let mean = (0..<16).map { pixel in
      (0..<count).reduce(0) { $0 + learned[$1 * 16 + pixel] } / Double(count)
    }
    func centred(_ values: [Double]) -> [Double] {
      values.enumerated().map { $1 - mean[$0 % 16] }
    }
    let squares = centred(learned).reduce(0) { $0 + $1 * $1 }
    let deviation = (squares / Double(learned.count)).squareRoot()
    #expect(isNear(set.training.images, centred(learned).map { $0 / deviation }))
    #expect(isNear(set.evaluation.images, centred(shown).map { $0 / deviation }))
  }
}
