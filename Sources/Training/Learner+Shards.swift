package import Collective
import Datasets
import Experiments
import Networks
import Tensors

/// How the shards of each mini-batch are spread over ranks: each has as many, one after another.
package struct Sharding {
  /// S, of a mini-batch.
  package let shards: Int
  package let collective: any Collective

  /// - Precondition: Both are powers of two, and there are as many shards as ranks, or more.
  package init(_ shards: Int, on collective: any Collective) {
    precondition(
      shards.nonzeroBitCount == 1 && shards % collective.ranks == 0,
      "\(shards) shards on \(collective.ranks) ranks")
    self.shards = shards
    self.collective = collective
  }

  /// Those of this rank.
  package var own: Range<Int> {
    let count = shards / collective.ranks
    return collective.rank * count..<(collective.rank + 1) * count
  }
}

extension Learner {
  /// As ``learn(from:labels:rate:at:probe:)`` of the whole mini-batch, each shard of which passes by itself.
  /// Gradients, losses, statistics and what a recorder sees are added in a fixed binary tree over the shards, so
  /// that they are the same, to the bit, on however many ranks.
  ///
  /// - Parameter shards: Images and labels of each of this rank's own.
  mutating func learn(
    from shards: [(images: Tensor, labels: [Int32])], of sharding: Sharding, rate: Double,
    at step: Int, recorder: GradientRecorder?
  ) -> Outcome {
    let size = (shards.first?.labels.count ?? 0) * sharding.shards
    var tree = TreeSum(by: ShardSums.add)
    var probe: ShardProbe?
    for (index, shard) in zip(sharding.own, shards) {
      probe = recorder.map { ShardProbe(outputs: $0.observesOutputs) }
      let flow = network(
        shard.images, in: Pass(.training, probe: probe, step: step, shard: index))
      let result = CrossEntropy(flow.output, labels: shard.labels, ofBatch: size)
      flow.pullback(result.gradient)
      tree.append(
        ShardSums(
          result, parameters: parameters, statistics: network.statistics, probe: probe))
    }
    var whole = tree.total
    whole.add(on: sharding.collective)
    whole.give(to: parameters, network.statistics, shards: sharding.shards)
    if let recorder, let probe {
      probe.tell(
        recorder, sums: Array(whole.sums.dropFirst(2)), maxima: whole.maxima,
        shards: sharding.shards)
      observeWeights(recorder)
    }
    return Outcome(loss: whole.sums[0], errors: Int(whole.sums[1]), updates: move(rate: rate))
  }

  private func observeWeights(_ recorder: GradientRecorder) {
    let gradients = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.gradient) })
    for place in network.places {
      guard case let gradient?? = gradients["\(place.name).weight"] else {
        preconditionFailure("\(place.name) has no weights")
      }
      recorder.observe(weightGradient: gradient, of: place)
    }
  }
}
