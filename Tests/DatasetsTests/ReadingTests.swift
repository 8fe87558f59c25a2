import Experiments
import Foundation
import Randomness
import Testing

@testable import Datasets

@Suite("Data sets are read strictly")
struct ReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(images: [UInt8], labels: [UInt8]) throws -> ImageSet {
    try IDX.read(
      images: DataFile(folder.write(images, to: "images")),
      labels: DataFile(folder.write(labels, to: "labels")), classes: 10)
  }

  private let images = idx([2, 3, 4], Array(0..<24))
  private let labels = idx([2], [3, 9])

  @Test("an IDX file is read as it is, plain and packed")
  func idxFiles() throws {
    for images in [images, gzipped(images)] {
      let read = try read(images: images, labels: gzipped(labels))
      #expect(read.channels == 1 && read.height == 3 && read.width == 4)
      #expect(read.pixels == Array(0..<24) && read.labels == [3, 9])
    }
  }

  @Test("whatever is wrong with a file is said with its name")
  func faults() throws {
    let long = idx([1 << 20, 1000, 1000], [])
    for (images, labels, word) in [
      (idx([2, 3, 4], Array(0..<23)), labels, "cut off"),
      (idx([2, 3, 4], Array(0..<25)), labels, "goes on"),
      (gzipped(idx([2, 3, 4], Array(0..<25))), labels, "goes on"),
      (idx([2, 3, 4], Array(0..<24), magic: 1), labels, "IDX"),
      (long, labels, "impossible"), (gzipped(long), labels, "impossible"),
      (idx([2, 0, 4], []), labels, "impossible"), ([], labels, "IDX"),
      (Array(gzipped(images).dropLast(9)), labels, "gzip"),
      (images, idx([3], [1, 2, 3]), "3 labels for the 2 images"),
      (images, idx([2], [3, 10]), "label 10 for image 1"),
    ] {
      let error = #expect(throws: DatasetError.self) { try read(images: images, labels: labels) }
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
      #expect(error?.description.contains(folder.path) == true)
    }
  }

  @Test("a packed file that would swell beyond what it announces is not unpacked further")
  func bomb() throws {
    let bomb = gzipped(idx([2, 3, 4], [UInt8](repeating: 0, count: 50_000_000)))
    #expect(throws: DatasetError.self) { try read(images: bomb, labels: labels) }
    #expect(try DataFile(folder.write(bomb, to: "bomb")).contents(limit: 40).count == 40)
  }

  @Test("CIFAR-10 records are a label and three planes")
  func cifar() throws {
    let pixels = (0..<3072).map { UInt8(truncatingIfNeeded: $0) }
    let file = try DataFile(folder.write([7] + pixels + [0] + pixels, to: "batch"))
    let read = try CIFARFormat.read([file, file])
    #expect(read.labels == [7, 0, 7, 0] && read.pixels.count == 4 * 3072)
    #expect(Array(read.pixels[3072..<6144]) == pixels)
    for bytes in [[UInt8]([7]), [10] + pixels, [], [7] + pixels + [1]] {
      let broken = try DataFile(folder.write(bytes, to: "broken"))
      #expect(throws: DatasetError.self) { try CIFARFormat.read([broken]) }
    }
  }

  @Test("three thousand random mutations are read or refused, and nothing else happens")
  func mutations() throws {
    var random = SeededGenerator(seed: 3, stream: "mutations")
    let cifar = [UInt8](repeating: 1, count: 2 * CIFARFormat.recordSize)
    var refused = 0
    for original in [images, gzipped(images), cifar] {
      for _ in 0..<1000 * fuzzFactor {
        var bytes = original
        for _ in 0...random.index(below: 3) {
          let index = random.index(below: bytes.count)
          switch random.index(below: 3) {
          case 0: bytes[index] = UInt8(random.index(below: 256))
          case 1: bytes.remove(at: index)
          default: bytes.insert(bytes[index], at: index)
          }
        }
        do {
          if original == cifar {
            _ = try CIFARFormat.read([DataFile(folder.write(bytes, to: "mutant"))])
          } else {
            _ = try read(images: bytes, labels: labels)
          }
        } catch { refused += 1 }
      }
    }
    #expect(refused > 500)
  }

  @Test("SHA-256 is that of the standard")
  func checksum() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(sha256Hex([Array("abc".utf8)]) == expected)
    #expect(sha256Hex([Array("a".utf8), [], Array("bc".utf8)]) == expected)
  }
}

@Suite("Data sets are found and prepared")
struct PreparationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("what is missing is named, with where it was looked for and what to do")
  func missing() throws {
    let error = #expect(throws: DatasetError.self) {
      try PreparedDataset.load(DatasetConfiguration(.fashionMNIST), from: folder.path)
    }
    let sentence = try #require(error?.description)
    for word in ["train-images", folder.path, "apt-get install dataset-fashion-mnist", "--data"] {
      #expect(sentence.contains(word))
    }
  }

  @Test("training pixels are centred one by one and scaled together")
  func standardized() throws {
    try writeFashion(in: folder)
    let set = try PreparedDataset.load(DatasetConfiguration(.fashionMNIST), from: folder.path)
    #expect(set.trainingCount == 20 && set.evaluationCount == 10 && set.height == 4)
    for pixel in 0..<16 {
      let values = (0..<20).map { set.training.images[$0 * 16 + pixel] }
      #expect(abs(values.reduce(0, +) / 20) < 1e-5)
    }
    let squares = set.training.images.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares / 320 - 1) < 1e-5)
  }

  @Test("images are averaged over whole blocks, and a size that does not divide is refused")
  func averaging() throws {
    let images = ImageSet(
      channels: 1, height: 4, width: 4, pixels: Array(0..<16), labels: [0])
    #expect(images.averaged(to: 2) == [2.5, 4.5, 10.5, 12.5])
    #expect(images.averaged(to: 1) == [7.5])
    try writeFashion(in: folder, side: 8)
    let wanted = DatasetConfiguration(.fashionMNIST, imageSize: 5)
    #expect(throws: DatasetError.imageSize(wanted: 5, of: 8, possible: [4, 8])) {
      try PreparedDataset.load(wanted, from: folder.path)
    }
  }

  @Test("limits keep the first images, and the phrase says so")
  func limits() throws {
    try writeFashion(in: folder, count: 2400)
    let set = try PreparedDataset.load(
      DatasetConfiguration(.fashionMNIST, trainingImages: 30, evaluationImages: 1100),
      from: folder.path)
    #expect(set.trainingCount == 30 && set.evaluationSet == "first 1,100 test images")
    let batches = Array(set.evaluationBatches(size: 500))
    #expect(batches.map(\.labels.count) == [500, 500, 100])
    #expect(batches[1].labels.prefix(3) == [0, 1, 2])
    #expect(batches[1].images.count == 500 * 16)
  }

  @Test("what is held out are the last training images, and nothing is learned from them")
  func heldOut() throws {
    try writeFashion(in: folder, count: 30)
    func load(
      _ heldOut: Int?, training: Int? = nil, evaluation: Int? = nil
    ) throws -> PreparedDataset {
      try PreparedDataset.load(
        DatasetConfiguration(
          .fashionMNIST, augmentation: false, trainingImages: training, heldOutImages: heldOut,
          evaluationImages: evaluation), from: folder.path)
    }
    let (all, split) = (try load(nil), try load(10))
    #expect(split.trainingCount == 20 && split.evaluationCount == 10)
    #expect(split.evaluationSet == "10 images held out of training")
    #expect(split.training.labels == Array(all.training.labels.prefix(20)))
    #expect(split.evaluation.labels == Array(all.training.labels.suffix(10)))
    // Pixels differ by the mean image and the scale, which are those of the images learned from.
    let learned = try load(nil, training: 20)
    #expect(split.training.images == learned.training.images)
    func differences(_ images: [Float]) -> [Float] {
      (0..<9 * 16).map { images[$0 + 16] - images[$0] }
    }
    let official = differences(Array(all.training.images.suffix(10 * 16)))
    let found = differences(split.evaluation.images)
    let factor = (found.map(abs).max() ?? 0) / (official.map(abs).max() ?? 1)
    #expect(zip(found, official).allSatisfy { abs($0 - factor * $1) < 1e-4 })
    let first = try load(10, training: 15, evaluation: 4)
    #expect(first.trainingCount == 15)
    #expect(first.evaluationSet == "first 4 of 10 images held out of training")
    #expect(throws: DatasetError.heldOut(images: 30, of: 30)) { try load(30) }
  }

  @Test("images that are all alike do no harm")
  func constant() throws {
    let blank = idx([4, 4, 4], [UInt8](repeating: 9, count: 64))
    for name in ["train", "t10k"] {
      try folder.write(blank, to: "\(name)-images-idx3-ubyte")
      try folder.write(idx([4], [0, 1, 2, 3]), to: "\(name)-labels-idx1-ubyte")
    }
    let set = try PreparedDataset.load(DatasetConfiguration(.fashionMNIST), from: folder.path)
    #expect(set.training.images.allSatisfy { $0 == 0 })
  }

  @Test("synthetic images come out the same every time, ten classes alike in number")
  func synthetic() throws {
    let configuration = DatasetConfiguration(.synthetic, imageSize: 14)
    let first = try PreparedDataset.load(configuration, from: nil)
    let second = try PreparedDataset.load(configuration, from: nil)
    #expect(first.sha256 == second.sha256 && first.training.images == second.training.images)
    #expect(first.height == 14 && first.training.labels.filter { $0 == 9 }.count == 400)
  }

  @Test("Fashion-MNIST is complete", .enabled(if: isInstalled("fashion-mnist")))
  func fashion() throws {
    let set = try PreparedDataset.load(
      DatasetConfiguration(.fashionMNIST, imageSize: 14, evaluationImages: 1024), from: nil)
    #expect(set.trainingCount == 60_000 && set.evaluationSet == "first 1,024 test images")
    #expect(set.training.labels.prefix(5) == [9, 0, 0, 3, 0])
  }

  @Test("CIFAR-10 is read where it is kept", .enabled(if: isInstalled("cifar-10")))
  func cifar() throws {
    let set = try PreparedDataset.load(DatasetConfiguration(.cifar10, imageSize: 16), from: nil)
    #expect(set.trainingCount == 50_000 && set.channels == 3 && set.height == 16)
    #expect(set.training.labels.prefix(3) == [6, 9, 9])
  }
}

/// Whether a data set lies where any user would keep it.
private func isInstalled(_ name: String) -> Bool {
  let file = name == "cifar-10" ? "data_batch_1.bin" : "train-images-idx3-ubyte"
  let folders = DataFolders(nil, subfolders: [name, "cifar-10-batches-bin"]).folders
  return folders.contains { folder in
    ["", ".gz"].contains { FileManager.default.fileExists(atPath: "\(folder)/\(file)\($0)") }
  }
}
