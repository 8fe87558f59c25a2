import Randomness

/// Images N×C×H×W, row-major, and their labels.
package struct Batch: Sendable {
  package let images: [Float]
  package let labels: [Int32]

  package init(images: [Float], labels: [Int32]) {
    self.images = images
    self.labels = labels
  }

  /// The batch cut into so many equal parts.
  package func parts(_ count: Int) -> [Batch] {
    precondition(labels.count % count == 0, "\(labels.count) images in \(count) parts")
    let (size, pixels) = (labels.count / count, images.count / count)
    return (0..<count).map { part in
      Batch(
        images: Array(images[part * pixels..<(part + 1) * pixels]),
        labels: Array(labels[part * size..<(part + 1) * size]))
    }
  }
}

/// The mini-batches of a training. Each is a function of the seed and its index alone, so that a
/// training can be continued from any step.
///
/// Every epoch sees the images in another random order; those that do not fill its last mini-batch
/// are left out. Augmentation is that of the paper (section 4.2): padded by zeros, cropped at random
/// and mirrored half of the time. The padding of 4 pixels at 32×32 shrinks with the images.
package struct BatchSource: Sendable {
  private let dataset: PreparedDataset
  private let batchSize: Int
  private let seed: UInt64
  /// Which images of each mini-batch are wanted, by their places in it.
  private let part: Range<Int>

  /// Where a part of each mini-batch is wanted, by the places of its images; nil is all. They are changed as
  /// they would be among all.
  package init(
    _ dataset: PreparedDataset, batchSize: Int, seed: UInt64, part: Range<Int>? = nil
  ) throws(DatasetError) {
    guard batchSize >= 1, dataset.trainingCount >= batchSize else {
      throw .tooSmall(images: dataset.trainingCount, batchSize: batchSize)
    }
    self.dataset = dataset
    self.batchSize = batchSize
    self.seed = seed
    self.part = part ?? 0..<batchSize
  }

  package var batchesPerEpoch: Int { dataset.trainingCount / batchSize }

  /// The order of the images in an epoch.
  func order(epoch: Int) -> [Int32] {
    var random = SeededGenerator(seed: seed, stream: "order/\(epoch)")
    return random.permutation(dataset.trainingCount)
  }

  /// The mini-batch of a training step, counted from 0 over all epochs.
  package func batch(_ index: Int) -> Batch {
    batch(index, order: order(epoch: index / batchesPerEpoch))
  }

  /// The same, with the order of its epoch at hand.
  func batch(_ index: Int, order: [Int32]) -> Batch {
    let start = index % batchesPerEpoch * batchSize
    let chosen = order[start..<start + batchSize]
    var random = SeededGenerator(seed: seed, stream: "augmentation/\(index)")
    let imageSize = dataset.channels * dataset.height * dataset.width
    let wanted = chosen.indices.dropFirst(part.lowerBound).prefix(part.count)
    // The choices for those before are made, and not used.
    if dataset.isAugmented {
      for _ in 0..<part.lowerBound { _ = Augmentation(&random, size: dataset.height) }
    }
    let images = [Float](unsafeUninitializedCapacity: part.count * imageSize) { target, count in
      dataset.training.images.withUnsafeBufferPointer { source in
        for (place, image) in chosen[wanted].enumerated() {
          let from = UnsafeBufferPointer(
            rebasing: source[Int(image) * imageSize..<(Int(image) + 1) * imageSize])
          let to = UnsafeMutableBufferPointer(
            rebasing: target[place * imageSize..<(place + 1) * imageSize])
          if dataset.isAugmented {
            augment(from, into: to, Augmentation(&random, size: dataset.height))
          } else {
            _ = to.update(from: from)
          }
        }
      }
      count = part.count * imageSize
    }
    return Batch(images: images, labels: chosen[wanted].map { dataset.training.labels[Int($0)] })
  }

  private func augment(
    _ image: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>,
    _ change: Augmentation
  ) {
    let (height, width) = (dataset.height, dataset.width)
    for channel in 0..<dataset.channels {
      for y in 0..<height {
        let row = (channel * height + y) * width
        let sourceY = y + change.down
        for x in 0..<width {
          let sourceX = (change.isMirrored ? width - 1 - x : x) + change.right
          let isInside = (0..<height).contains(sourceY) && (0..<width).contains(sourceX)
          result[row + x] = isInside ? image[(channel * height + sourceY) * width + sourceX] : 0
        }
      }
    }
  }
}

/// How one image is changed: where in the padded image the crop begins, and whether it is mirrored.
struct Augmentation {
  /// From −padding to padding.
  let down: Int
  let right: Int
  let isMirrored: Bool

  /// Draws a change of images of a size.
  init(_ random: inout SeededGenerator, size: Int) {
    let padding = Augmentation.padding(size: size)
    down = random.index(below: 2 * padding + 1) - padding
    right = random.index(below: 2 * padding + 1) - padding
    isMirrored = random.uniform() < 0.5
  }

  /// 4 pixels at 32×32, as in the paper; in proportion for smaller images.
  static func padding(size: Int) -> Int { max(1, size / 8) }
}
