/// How much memory a training of a network takes, about: what the way back needs of every layer, its
/// parameters with gradients and velocities, and the program itself.
package struct MemoryEstimate: Hashable, Sendable {
  /// Whatever the batch.
  package let fixedBytes: Int
  /// For each image of a mini-batch.
  package let bytesPerImage: Int

  package init(_ architecture: Architecture) {
    let layers = architecture.layers
    // Kept are the outputs of convolutions, which normalizations read, and of additions; where nothing
    // is normalized, those of nonlinearities, too.
    let isNormalized = layers.contains { $0.kind == .batchNormalization }
    let kept = layers.filter { layer in
      switch layer.kind {
      case .convolution, .addition, .maximumPooling, .linear, .scaling, .scalar, .dropout, .gate:
        true
      case .activation: !isNormalized
      case .batchNormalization, .averagePooling, .flattening, .zeroPadding: false
      }
    }
    let largest = layers.map(\.output.count).max() ?? 0
    bytesPerImage = 4 * (kept.reduce(0) { $0 + $1.output.count } + 4 * largest)
    // Values, gradients and velocities, and copies of the largest ones while they change.
    let largestLayer = layers.map(\.parameters).max() ?? 0
    fixedBytes = (64 << 20) + 4 * (3 * architecture.parameterCount + 4 * largestLayer)
  }

  /// The greatest number there is where a mini-batch would take more.
  package func bytes(batchSize: Int) -> Int {
    let (images, isTooMany) = batchSize.multipliedReportingOverflow(by: bytesPerImage)
    let (bytes, isTooMuch) = images.addingReportingOverflow(fixedBytes)
    return isTooMany || isTooMuch ? .max : bytes
  }

  /// The largest mini-batch that fits into so many bytes; zero where none does.
  package func batchSize(fitting bytes: Int) -> Int { max(0, (bytes - fixedBytes) / bytesPerImage) }
}
