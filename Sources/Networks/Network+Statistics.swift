package import Tensors

extension Network {
  /// Sets the statistics that evaluation normalizes with to the means of those of these mini-batches.
  package func gatherStatistics(over batches: [Tensor]) {
    let before = statistics.map(\.momentum)
    for (index, images) in batches.enumerated() {
      for one in statistics { one.momentum = 1 / Float(index + 1) }
      _ = self(images, in: Pass(.training))
    }
    for (one, momentum) in zip(statistics, before) { one.momentum = momentum }
  }
}
