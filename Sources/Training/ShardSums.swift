import Collective
import Networks
import Tensors

/// What shards of a mini-batch add up to: their gradients and statistics, their loss, and what was seen.
struct ShardSums {
  /// The gradients of all parameters, row-major and in their order; then, in forward order, means and variances
  /// of every normalization.
  var floats: [Float]
  /// The loss, the errors, and the sums of a ``ShardProbe``.
  var sums: [Double]
  /// Those of a ``ShardProbe``.
  var maxima: [Double]

  /// What one shard left behind on its way there and back.
  init(
    _ result: CrossEntropy, parameters: [Parameter], statistics: [RunningStatistics],
    probe: ShardProbe?
  ) {
    floats = []
    floats.reserveCapacity(
      parameters.reduce(0) { $0 + $1.value.shape.count }
        + statistics.reduce(0) { $0 + 2 * $1.mean.shape.count })
    for parameter in parameters {
      guard let gradient = parameter.gradient else {
        preconditionFailure("\(parameter.name) has no gradient: no backward pass came before")
      }
      gradient.append(to: &floats)
    }
    for found in statistics.compactMap(\.ofShard) {
      found.mean.append(to: &floats)
      found.variance.append(to: &floats)
    }
    sums = [result.loss, Double(result.errors)] + (probe?.sums ?? [])
    maxima = probe?.maxima ?? []
  }

  /// Adds those of the shards behind.
  static func add(_ sums: inout ShardSums, _ next: ShardSums) {
    sums.floats.withUnsafeMutableBufferPointer { own in
      next.floats.withUnsafeBufferPointer { others in
        for index in own.indices { own[index] += others[index] }
      }
    }
    for index in sums.sums.indices { sums.sums[index] += next.sums[index] }
    for index in sums.maxima.indices {
      sums.maxima[index] = greater(sums.maxima[index], next.maxima[index])
    }
  }

  /// Adds those of all other ranks.
  mutating func add(on collective: any Collective) {
    collective.sum(&floats)
    collective.combine(&sums, by: +)
    collective.combine(&maxima, by: Self.greater)
  }

  /// The greater of two numbers, or not a number where one of them is none.
  private static func greater(_ one: Double, _ other: Double) -> Double {
    one.isNaN ? one : other.isNaN ? other : max(one, other)
  }

  /// Leaves the gradients with their parameters, and gathers the statistics: the mean over all shards.
  func give(to parameters: [Parameter], _ statistics: [RunningStatistics], shards: Int) {
    var rest = floats[...]
    func take(_ like: Tensor, dividedBy divisor: Float = 1) -> Tensor {
      let values = rest.prefix(like.shape.count)
      rest = rest.dropFirst(like.shape.count)
      return Tensor(
        divisor == 1 ? Array(values) : values.map { $0 / divisor }, shape: like.shape,
        on: like.engine)
    }
    for parameter in parameters { parameter.gradient = take(parameter.value) }
    for one in statistics {
      guard let ofShard = one.ofShard else { continue }
      let mean = take(ofShard.mean, dividedBy: Float(shards))
      let variance = take(ofShard.variance, dividedBy: Float(shards))
      one.gather(.init(mean: mean, variance: variance, count: ofShard.count))
    }
  }
}
