import Experiments
import Wording

/// Images ready for a network, in memory: averaged, centred and scaled.
///
/// From every pixel the mean of the training images at that pixel is subtracted (He et al. 2015,
/// section 4.2); then all are divided by the standard deviation of all training pixels together,
/// so that the first layer sees inputs of one scale whatever the data set.
package struct PreparedDataset: Sendable {
  package let channels: Int
  package let height: Int
  package let width: Int
  package let classes: Int
  /// Of the files that were read, in hexadecimal.
  package let sha256: String
  /// Which images an evaluation looks at, for captions: `first 1,024 test images`, `5,000 images held
  /// out of training`.
  package let evaluationSet: String
  /// Whether training images are shifted and mirrored.
  package let isAugmented: Bool
  let training: Samples
  let evaluation: Samples

  /// Images N×C×H×W, row-major, and their labels.
  struct Samples: Sendable {
    var images: [Float]
    var labels: [Int32]
  }

  package var trainingCount: Int { training.labels.count }
  package var evaluationCount: Int { evaluation.labels.count }

  init(
    training: ImageSet, test: ImageSet, classes: Int, sha256: String,
    configuration: DatasetConfiguration
  ) throws(DatasetError) {
    let size = configuration.imageSize ?? training.height
    let possible = (min(4, training.height)...training.height).filter {
      training.height % $0 == 0
    }
    guard possible.contains(size) else {
      throw .imageSize(wanted: size, of: training.height, possible: possible)
    }
    let heldOutCount = configuration.heldOutImages ?? 0
    guard heldOutCount < training.count else {
      throw .heldOut(images: heldOutCount, of: training.count)
    }
    let split = training.split(last: heldOutCount)
    let evaluation = heldOutCount > 0 ? split.last : test
    for (setting, wanted, all) in [
      ("trainingImages", configuration.trainingImages, split.rest.count),
      ("evaluationImages", configuration.evaluationImages, evaluation.count),
    ] {
      if let wanted, wanted > all { throw .tooFew(setting: setting, wanted: wanted, of: all) }
    }
    let used = split.rest.prefix(configuration.trainingImages)
    let shown = evaluation.prefix(configuration.evaluationImages)
    var learned = used.averaged(to: size)
    var heldOut = shown.averaged(to: size)
    standardize(&learned, &heldOut, imageSize: used.channels * size * size)

    channels = used.channels
    height = size
    width = size
    self.classes = classes
    self.sha256 = sha256
    evaluationSet = Self.phrase(shown.count, of: evaluation.count, areHeldOut: heldOutCount > 0)
    isAugmented = configuration.augmentation
    self.training = Samples(images: learned, labels: used.labels.map(Int32.init))
    self.evaluation = Samples(images: heldOut, labels: shown.labels.map(Int32.init))
  }

  /// Which images are evaluated. What is called a test set may be a part of the official one.
  private static func phrase(_ count: Int, of all: Int, areHeldOut: Bool) -> String {
    if areHeldOut {
      return count == all
        ? "\(grouped(count)) images held out of training"
        : "first \(grouped(count)) of \(grouped(all)) images held out of training"
    }
    return count == all && all >= 10_000
      ? "all \(grouped(count)) test images" : "first \(grouped(count)) test images"
  }

  /// The images an evaluation looks at, in order and as they are; the last batch may be smaller.
  package func evaluationBatches(size: Int) -> some Sequence<Batch> {
    batches(of: evaluation, size: size, images: evaluationCount)
  }

  /// The first so many training images, or all where there are fewer, in order and as they are; the last batch
  /// may be smaller.
  package func trainingBatches(size: Int, images: Int) -> some Sequence<Batch> {
    batches(of: training, size: size, images: Swift.min(images, trainingCount))
  }

  private func batches(of samples: Samples, size: Int, images: Int) -> some Sequence<Batch> {
    let imageSize = channels * height * width
    return stride(from: 0, to: images, by: size).lazy.map { start in
      let end = Swift.min(start + size, images)
      return Batch(
        images: Array(samples.images[start * imageSize..<end * imageSize]),
        labels: Array(samples.labels[start..<end]))
    }
  }
}

/// Subtracts the mean image of the training images and divides by their overall deviation.
private func standardize(_ training: inout [Float], _ evaluation: inout [Float], imageSize: Int) {
  var sums = [Double](repeating: 0, count: imageSize)
  let count = Double(training.count / imageSize)
  for start in stride(from: 0, to: training.count, by: imageSize) {
    for pixel in 0..<imageSize { sums[pixel] += Double(training[start + pixel]) }
  }
  let mean = sums.map { Float($0 / count) }
  func center(_ images: inout [Float]) -> Double {
    var squares = 0.0
    for start in stride(from: 0, to: images.count, by: imageSize) {
      for pixel in 0..<imageSize {
        let value = images[start + pixel] - mean[pixel]
        images[start + pixel] = value
        squares += Double(value) * Double(value)
      }
    }
    return squares
  }
  let squares = center(&training)
  _ = center(&evaluation)
  // Images that are all alike stay at zero.
  let deviation = (squares / Double(training.count)).squareRoot()
  let scale = deviation > 0 ? Float(1 / deviation) : 1
  for index in training.indices { training[index] *= scale }
  for index in evaluation.indices { evaluation[index] *= scale }
}
