import Experiments
import Networks
import Tensors

/// Looks on at one shard of a mini-batch and keeps what can be added to what the others show: sums and
/// maxima, in the order of the pass, which is the same for all shards.
final class ShardProbe: GradientProbe {
  private(set) var sums: [Double] = []
  private(set) var maxima: [Double] = []
  private var sights: [Sight] = []
  /// The last norms of what came back through a block's shortcut and branch.
  private var roads = Roads()
  private let observesOutputs: Bool

  init(outputs: Bool) { observesOutputs = outputs }

  /// What was shown, and so what its sums are of.
  private enum Sight {
    case response(LayerPlace)
    case outputGradient(LayerPlace)
    case block(BlockQuantity, BlockPlace)
  }

  private struct Roads {
    var shortcut = 0.0
    var branch = 0.0

    mutating func note(_ quantity: BlockQuantity, _ value: Double) {
      if quantity == .gradientThroughShortcut { shortcut = value }
      if quantity == .gradientThroughBranch { branch = value }
    }
  }

  func observe(response: Response, of layer: LayerPlace) {
    sights.append(.response(layer))
    let (mean, deviation) = (response.mean, response.deviation)
    sums += [mean, mean * mean, deviation * deviation]
  }

  func observe(outputGradient: Tensor, of layer: LayerPlace) {
    guard observesOutputs else { return }
    sights.append(.outputGradient(layer))
    let summary = outputGradient.summary()
    sums += [Double(summary.count), summary.sum, summary.sumOfSquares, Double(summary.zeros)]
    maxima.append(summary.maximum)
  }

  /// That of the whole mini-batch is known when all shards have passed.
  func observe(weightGradient: Tensor, of layer: LayerPlace) {}

  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {
    sights.append(.block(quantity, block))
    roads.note(quantity, value)
    if quantity == .gradientCosine {
      // The product of the two, which is zero where the cosine is no number since one of them is.
      let lengths = roads.shortcut * roads.branch
      sums.append(lengths == 0 ? 0 : value * lengths)
    } else {
      sums.append(value * value)
    }
  }

  /// Tells an onlooker at the whole mini-batch what all of its shards together showed.
  ///
  /// - Parameters:
  ///   - sums: Those of all shards, added.
  ///   - maxima: The greatest of all shards.
  func tell(_ recorder: GradientRecorder, sums: [Double], maxima: [Double], shards: Int) {
    var (sums, maxima) = (sums[...], maxima[...])
    for sight in sights {
      switch sight {
      case .response(let layer):
        let means = (0..<3).map { _ in sums.removeFirst() / Double(shards) }
        // What the shards differ by, and what their values do.
        let variance = max(0, means[1] - means[0] * means[0]) + means[2]
        recorder.observe(
          response: Response(mean: means[0], deviation: variance.squareRoot()), of: layer)
      case .outputGradient(let layer):
        let found = (0..<4).map { _ in sums.removeFirst() }
        recorder.note(
          outputGradient: Summary(
            count: Int(found[0]), sum: found[1], sumOfSquares: found[2],
            maximum: maxima.removeFirst(), zeros: Int(found[3])), of: layer)
      case .block(let quantity, let block):
        let value = whole(quantity, of: sums.removeFirst(), shards: shards)
        roads.note(quantity, value)
        recorder.observe(quantity, value, of: block)
      }
    }
  }

  /// A quantity of the whole mini-batch by the sum of what its shards had.
  private func whole(_ quantity: BlockQuantity, of sum: Double, shards: Int) -> Double {
    switch quantity {
    case .input, .branch, .output: return (sum / Double(shards)).squareRoot()
    case .gradientAtSum, .gradientThroughShortcut, .gradientThroughBranch:
      return sum.squareRoot()
    case .gradientCosine:
      let cosine = sum / roads.shortcut / roads.branch
      return abs(cosine) > 1 ? (cosine < 0 ? -1 : 1) : cosine
    }
  }
}
