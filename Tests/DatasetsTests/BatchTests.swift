import Experiments
import Randomness
import Testing

@testable import Datasets

@Suite("Mini-batches")
struct BatchTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(
    augmentation: Bool = false, batchSize: Int = 6, seed: UInt64 = 1
  ) throws -> (PreparedDataset, BatchSource) {
    try writeFashion(in: folder)
    let configuration = DatasetConfiguration(.fashionMNIST, augmentation: augmentation)
    let set = try PreparedDataset.load(configuration, from: folder.path)
    return (set, try BatchSource(set, batchSize: batchSize, seed: seed))
  }

  @Test("an epoch shows every image once, but for those that fill no batch")
  func epoch() throws {
    let (set, source) = try source()
    #expect(source.batchesPerEpoch == 3)
    let shown = (0..<3).flatMap { index in
      let batch = source.batch(index)
      return (0..<6).map { Array(batch.images[$0 * 16..<($0 + 1) * 16]) }
    }
    let all = (0..<20).map { Array(set.training.images[$0 * 16..<($0 + 1) * 16]) }
    #expect(Set(shown).count == 18 && Set(shown).isSubset(of: Set(all)))
    // The labels belong to their images.
    let first = source.batch(0)
    for place in 0..<6 {
      let image = Array(first.images[place * 16..<(place + 1) * 16])
      #expect(set.training.labels[try #require(all.firstIndex(of: image))] == first.labels[place])
    }
  }

  @Test("a batch depends on seed and index alone")
  func reproducible() throws {
    let (_, one) = try source(augmentation: true)
    let (_, same) = try source(augmentation: true)
    let (_, other) = try source(augmentation: true, seed: 2)
    _ = same.batch(0)
    for index in [7, 3, 100] {
      #expect(one.batch(index).images == same.batch(index).images)
      #expect(one.batch(index).images != other.batch(index).images)
    }
    #expect(one.order(epoch: 0) != one.order(epoch: 1))
  }

  @Test(
    "a part of a batch has the images that it has in the whole one, changed alike",
    arguments: [true, false])
  func parts(augmentation: Bool) throws {
    let (set, source) = try source(augmentation: augmentation)
    let whole = source.batch(4)
    for start in [0, 2, 4] {
      let part = try BatchSource(set, batchSize: 6, seed: 1, part: start..<start + 2).batch(4)
      #expect(part.labels == Array(whole.labels[start..<start + 2]))
      #expect(part.images == Array(whole.images[start * 16..<(start + 2) * 16]))
      #expect(part.images == whole.parts(3)[start / 2].images)
      #expect(part.labels == whole.parts(3)[start / 2].labels)
    }
  }

  @Test("augmentation crops the image padded by zeros, and mirrors it, as plain loops do")
  func augmentation() throws {
    let (set, source) = try source(augmentation: true)
    let padding = Augmentation.padding(size: 4)
    #expect(padding == 1 && Augmentation.padding(size: 32) == 4)
    let batch = source.batch(4)
    let order = source.order(epoch: 1)
    for place in 0..<6 {
      let image = Int(order[6 + place])
      let original = Array(set.training.images[image * 16..<(image + 1) * 16])
      let shown = Array(batch.images[place * 16..<(place + 1) * 16])
      #expect(variants(of: original, padding: padding).contains(shown))
    }
  }

  @Test("no two mini-batches are changed alike, and in time an image is seen in every manner")
  func changing() throws {
    let (set, source) = try source(augmentation: true)
    let manners = (0..<20).map {
      variants(of: Array(set.training.images[$0 * 16..<($0 + 1) * 16]), padding: 1)
    }
    var sequences: Set<[Int]> = []
    var seen: Set<[Float]> = []
    for index in 0..<600 {
      let images = source.batch(index).images
      let order = source.order(epoch: index / 3)
      sequences.insert(
        try (0..<6).map { place in
          let image = Int(order[index % 3 * 6 + place])
          let shown = Array(images[place * 16..<(place + 1) * 16])
          if image == 0 { seen.insert(shown) }
          return try #require(manners[image].firstIndex(of: shown))
        })
    }
    #expect(sequences.count == 600)
    #expect(seen == Set(manners[0]))
  }

  /// Every crop of a padded 4×4 image, mirrored and not.
  private func variants(of image: [Float], padding: Int) -> [[Float]] {
    let side = 4 + 2 * padding
    var padded = [Float](repeating: 0, count: side * side)
    for y in 0..<4 {
      for x in 0..<4 { padded[(y + padding) * side + x + padding] = image[y * 4 + x] }
    }
    var found: [[Float]] = []
    for down in 0...2 * padding {
      for right in 0...2 * padding {
        let crop = (0..<16).map { padded[($0 / 4 + down) * side + $0 % 4 + right] }
        found.append(crop)
        found.append((0..<16).map { crop[$0 / 4 * 4 + 3 - $0 % 4] })
      }
    }
    return found
  }

  @Test("augmentation draws every shift and both sides")
  func range() {
    var random = SeededGenerator(seed: 0, stream: "test")
    let drawn = (0..<2000).map { _ in Augmentation(&random, size: 16) }
    #expect(Set(drawn.map(\.down)) == Set(-2...2) && Set(drawn.map(\.right)) == Set(-2...2))
    let mirrored = drawn.filter(\.isMirrored).count
    #expect((900...1100).contains(mirrored))
  }

  @Test("too few images for one batch are refused")
  func tooFew() throws {
    #expect(throws: DatasetError.tooSmall(images: 20, batchSize: 21)) {
      try source(batchSize: 21)
    }
    #expect(throws: DatasetError.self) { try source(batchSize: 0) }
  }

  @Test("prefetched batches are the same in the same order, from any index")
  func prefetching() throws {
    let (_, source) = try source(augmentation: true)
    for start in [0, 2, 5] {
      let prefetcher = Prefetcher(source, from: start)
      for index in start..<start + 12 {
        let batch = prefetcher.next()
        let expected = source.batch(index)
        #expect(batch.images == expected.images && batch.labels == expected.labels)
      }
    }
  }

  @Test("a prefetcher may be dropped at any moment")
  func dropping() throws {
    let (_, source) = try source()
    for taken in 0..<200 {
      let prefetcher = Prefetcher(source)
      for _ in 0..<taken % 4 { _ = prefetcher.next() }
    }
  }
}
