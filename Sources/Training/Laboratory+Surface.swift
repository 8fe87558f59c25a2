import Architectures
import Datasets
import Experiments
import Networks
import Randomness
import Records
import Tensors

// The loss around the weights that training ended with (Li et al. 2018, arXiv:1712.09913).

extension Laboratory {
  /// The loss at side × side places of the plane that two random directions span, from −1 to 1 along both, and
  /// at `side` places on the line from the initial weights to the final ones; each with gathered statistics and
  /// with those of mini-batches. Over the first so many training images, as they are.
  func surface(side: Int, images: Int) throws -> [SurfaceRow] {
    let network = try network(architecture)
    let batches = dataset.trainingBatches(size: run.batchSize, images: images).map {
      (images: tensor($0), labels: $0.labels)
    }
    let end = Place(network)
    let begin = Network(
      architecture, initialization: run.initialization, seed: run.seed, on: engine)
    begin.gatherStatistics(over: batches.map(\.images))
    let start = Place(begin)
    let (one, other) = (
      Direction(of: network, seed: run.seed, name: "surface/first"),
      Direction(of: network, seed: run.seed, name: "surface/second")
    )
    let last = Double(max(side - 1, 1))
    let ticks = (0..<side).map { Double(2 * $0 - (side - 1)) / last }
    let parts = (0..<side).map { Double($0) / last }
    let all = 2 * (side * side + parts.count)
    var rows: [SurfaceRow] = []
    func add(_ kind: SurfaceRow.Kind, _ first: Double, _ second: Double, at place: Place) throws {
      for statistics in [SurfaceRow.Statistics.gathered, .batch] {
        place.move(network)
        rows.append(
          SurfaceRow(
            step: run.schedule.iterations, kind: kind, statistics: statistics, first: first,
            second: second, loss: loss(of: network, on: batches, statistics)))
        try report(rows.count, all)
      }
    }
    for second in ticks {
      for first in ticks {
        try add(.plane, first, second, at: end.moved([(first, one), (second, other)]))
      }
    }
    for part in parts {
      try add(.line, part, 0, at: start.between(end, part))
    }
    return rows
  }

  /// Mean cross-entropy in nats, of as many images as there are.
  private func loss(
    of network: Network, on batches: [(images: Tensor, labels: [Int32])],
    _ statistics: SurfaceRow.Statistics
  ) -> Double {
    var (sum, count) = (0.0, 0)
    for batch in batches {
      let pass = Pass(statistics == .gathered ? .evaluation : .training)
      let loss = CrossEntropy(network(batch.images, in: pass).output, labels: batch.labels).loss
      sum += loss * Double(batch.labels.count)
      count += batch.labels.count
    }
    return sum / Double(count)
  }
}

/// Weights and gathered statistics of a network.
private struct Place {
  private var weights: [[Float]]
  private var means: [[Float]]
  private var variances: [[Float]]

  init(_ network: Network) {
    weights = network.parameters.map { $0.value.values() }
    means = network.statistics.map { $0.mean.values() }
    variances = network.statistics.map { $0.variance.values() }
  }

  /// Moves a network here.
  func move(_ network: Network) {
    for (parameter, values) in zip(network.parameters, weights) {
      parameter.value = Tensor(
        values, shape: parameter.value.shape, on: parameter.value.engine)
    }
    for (index, one) in network.statistics.enumerated() {
      one.mean = Tensor(means[index], shape: one.mean.shape, on: one.mean.engine)
      one.variance = Tensor(variances[index], shape: one.variance.shape, on: one.mean.engine)
    }
  }

  /// So far along each of some directions; the statistics stay.
  func moved(_ ways: [(distance: Double, direction: Direction)]) -> Place {
    var place = self
    for (distance, direction) in ways where distance != 0 {
      for (index, values) in direction.values.enumerated() {
        place.weights[index] = zip(place.weights[index], values).map {
          $0 + Float(distance) * $1
        }
      }
    }
    return place
  }

  /// 0 here, 1 there, with the statistics between as well.
  func between(_ other: Place, _ part: Double) -> Place {
    func mixed(_ here: [[Float]], _ there: [[Float]]) -> [[Float]] {
      zip(here, there).map {
        zip($0, $1).map { Float((1 - part) * Double($0) + part * Double($1)) }
      }
    }
    var place = self
    place.weights = mixed(weights, other.weights)
    place.means = mixed(means, other.means)
    place.variances = mixed(variances, other.variances)
    return place
  }
}

/// A random direction in the space of weights, normalized filter by filter: to each filter, and to each row of
/// the classifier, one of the same length, drawn from a normal distribution. Biases and what normalizations
/// learn stay as they are (Li et al. 2018, section 4).
struct Direction {
  /// In the order of the network's parameters.
  let values: [[Float]]

  init(of network: Network, seed: UInt64, name: String) {
    values = network.parameters.map { parameter in
      let shape = parameter.value.shape
      guard shape.rank > 1 else { return [Float](repeating: 0, count: shape.count) }
      var generator = SeededGenerator(seed: seed, stream: "\(name)/\(parameter.name)")
      let drawn = generator.normals(shape.count, deviation: 1)
      let weights = parameter.value.values()
      let size = shape.count / shape[0]
      return (0..<shape[0]).flatMap { filter -> [Float] in
        let part = filter * size..<(filter + 1) * size
        let factor = length(weights[part]) / (length(drawn[part]) + 1e-10)
        return drawn[part].map { Float(Double($0) * factor) }
      }
    }
  }
}

private func length(_ vector: ArraySlice<Float>) -> Double {
  vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}
