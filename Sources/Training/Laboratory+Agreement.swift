import Architectures
import Datasets
import Experiments
import Networks
import Randomness
import RealModule
import Records
import Tensors

// How alike the gradients of neighbouring inputs are (Balduzzi et al. 2017, arXiv:1702.08591).

extension Laboratory {
  /// Points of the line from −2 to 2, both ends among them.
  static let linePoints = 256
  /// The largest distance of points that are compared.
  static let longestLag = 15
  /// Distances on a walk of as many steps as a mini-batch has images.
  static let walkLags = [1, 2, 4, 8, 16, 32, 64]

  /// The initial weights with a seed of their own.
  private func untrained(_ seed: UInt64) -> Network {
    Network(architecture, initialization: run.initialization, seed: seed, on: engine)
  }

  // MARK: - On a line

  /// ∂f/∂x of the first output f of untrained networks, those of as many seeds: of the first network at each
  /// point of the line, of all together its autocorrelation. Normalizations have the statistics of the line,
  /// as constants.
  func line(networks: Int) throws -> (gradients: [LineRow], agreement: [AgreementRow]) {
    let count = Self.linePoints
    let points = tensor((0..<count).map { Float(4 * Double($0) / Double(count - 1) - 2) })
    var rows: [LineRow] = []
    var correlations: [[Double]] = []
    for draw in 0..<networks {
      let network = untrained(run.seed + UInt64(draw))
      network.gatherStatistics(over: [points])
      let gradients = gradients(of: network, at: points, output: 0).values().map(Double.init)
      if draw == 0 {
        rows = gradients.enumerated().map { LineRow(step: 0, point: $0, gradient: $1) }
      }
      correlations.append(autocorrelation(gradients, longestLag: Self.longestLag))
      try report(draw + 1, networks)
    }
    let agreement = (0...Self.longestLag).map { lag in
      row(.line, step: 0, lag: lag, of: correlations.map { $0[lag] })
    }
    return (rows, agreement)
  }

  private func tensor(_ points: [Float]) -> Tensor {
    Tensor(points, shape: Shape(points.count, 1, 1, 1), on: engine)
  }

  /// ∂logit/∂input of each input for itself, N×C×H×W.
  private func gradients(of network: Network, at inputs: Tensor, output: Int) -> Tensor {
    let flow = network.flowToImages(inputs, in: Pass(.frozen))
    let (count, classes) = (flow.output.shape[0], flow.output.shape[1])
    let wanted = (0..<count * classes).map { Float($0 % classes == output ? 1 : 0) }
    return flow.pullback(Tensor(wanted, shape: flow.output.shape, on: engine))
  }

  /// A mean over networks or walks.
  private func row(
    _ kind: AgreementRow.Kind, step: Int, lag: Int, of values: [Double]
  ) -> AgreementRow {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return AgreementRow(
      step: step, kind: kind, lag: lag, count: values.count, cosine: mean,
      deviation: values.count > 1 ? (squares / (count - 1)).squareRoot() : .nan)
  }

  // MARK: - Between images

  /// Before training and after it: between the images of the first mini-batch at each layer, and on walks from
  /// one of its images to another at the input. Normalizations have the statistics of eight mini-batches, as
  /// constants.
  func agreement(walks: Int) throws -> [AgreementRow] {
    let batches = try BatchSource(dataset, batchSize: run.batchSize, seed: run.seed)
    var rows: [AgreementRow] = []
    let moments = [(0, untrained(run.seed)), (run.schedule.iterations, try network(architecture))]
    for (index, (step, network)) in moments.enumerated() {
      let batch = batches.batch(0)
      network.gatherStatistics(over: (0..<8).map { tensor(batches.batch($0)) })
      let looker = Comparer(labels: batch.labels, step: step)
      let flow = network(tensor(batch), in: Pass(.frozen, probe: looker))
      flow.pullback(CrossEntropy(flow.output, labels: batch.labels).gradient)
      rows += looker.rows
      let size = batch.images.count / batch.labels.count
      var cosines: [[Double]] = []
      for walk in 0..<walks {
        let (start, end) = (2 * walk % batch.labels.count, (2 * walk + 1) % batch.labels.count)
        let images = way(
          from: batch.images[start * size..<(start + 1) * size],
          to: batch.images[end * size..<(end + 1) * size], steps: run.batchSize)
        let found = gradients(of: network, at: images, output: Int(batch.labels[start]))
        cosines.append(neighbours(directions(found)))
        try report(index * walks + walk + 1, moments.count * walks)
      }
      rows += Self.walkLags.filter { $0 < run.batchSize }.enumerated().map { place, lag in
        row(.walk, step: step, lag: lag, of: cosines.map { $0[place] })
      }
    }
    return rows
  }

  /// So many images in even steps, the first and the last those that are given.
  private func way(
    from start: ArraySlice<Float>, to end: ArraySlice<Float>, steps: Int
  ) -> Tensor {
    let images = (0..<steps).flatMap { step in
      let part = Float(step) / Float(max(steps - 1, 1))
      return zip(start, end).map { (1 - part) * $0 + part * $1 }
    }
    return Tensor(
      images, shape: Shape(steps, dataset.channels, dataset.height, dataset.width), on: engine)
  }

  /// For each lag the mean cosine of gradients that are so far apart.
  private func neighbours(_ gradients: [[Float]]) -> [Double] {
    Self.walkLags.filter { $0 < gradients.count }.map { lag in
      let pairs = gradients.count - lag
      let sum = (0..<pairs).reduce(0.0) { $0 + product(gradients[$1], gradients[$1 + lag]) }
      return sum / Double(pairs)
    }
  }
}

/// Compares the gradients of the images of a mini-batch where they reach a layer's output.
private final class Comparer: GradientProbe {
  private let labels: [Int32]
  private let step: Int
  private var found: [(layer: LayerPlace, rows: [AgreementRow])] = []

  init(labels: [Int32], step: Int) {
    self.labels = labels
    self.step = step
  }

  /// In forward order, of the layers on the main path.
  var rows: [AgreementRow] {
    found.sorted { $0.layer.index < $1.layer.index }.flatMap(\.rows)
  }

  func observe(outputGradient: Tensor, of layer: LayerPlace) {
    guard layer.path == .main else { return }
    let pairs = meanCosines(directions(outputGradient), labels: labels)
    func row(_ kind: AgreementRow.Kind, _ pair: (mean: Double, count: Int)) -> AgreementRow {
      AgreementRow(
        step: step, kind: kind, layerIndex: layer.index, layer: layer.name, count: pair.count,
        cosine: pair.mean)
    }
    found.append((layer, [row(.sameClass, pairs.same), row(.otherClass, pairs.other)]))
  }

  func observe(response: Response, of layer: LayerPlace) {}
  func observe(weightGradient: Tensor, of layer: LayerPlace) {}
  func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {}
}

/// The values of each image of a tensor N×…, as vectors of length 1; those of length 0 stay.
func directions(_ tensor: Tensor) -> [[Float]] {
  let values = tensor.values()
  let size = values.count / tensor.shape[0]
  return (0..<tensor.shape[0]).map { image in
    let vector = values[image * size..<(image + 1) * size]
    let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? vector.map { Float(Double($0) / length) } : Array(vector)
  }
}

private func product(_ one: [Float], _ other: [Float]) -> Double {
  zip(one, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
}

/// The mean cosine over all pairs of the same class, and over all others; nan where there is no pair.
///
/// Of n vectors of length 1 whose sum is s, the n·(n−1) pairs have ‖s‖² − n in all.
func meanCosines(
  _ directions: [[Float]], labels: [Int32]
) -> (same: (mean: Double, count: Int), other: (mean: Double, count: Int)) {
  /// What all pairs of these have in all, each counted twice, and how many these are.
  func pairs(_ chosen: [[Float]]) -> (sum: Double, count: Int) {
    guard let size = chosen.first?.count else { return (0, 0) }
    var sum = [Double](repeating: 0, count: size)
    var squares = 0.0
    for vector in chosen {
      for index in vector.indices {
        sum[index] += Double(vector[index])
        squares += Double(vector[index]) * Double(vector[index])
      }
    }
    return (
      sum.reduce(0) { $0 + $1 * $1 } - squares, chosen.count * (chosen.count - 1)
    )
  }
  let all = pairs(directions)
  let classes = Dictionary(grouping: directions.indices) { labels[$0] }.sorted { $0.key < $1.key }
    .map { pairs($0.value.map { directions[$0] }) }
  let same = classes.reduce((sum: 0.0, count: 0)) { ($0.sum + $1.sum, $0.count + $1.count) }
  let other = (sum: all.sum - same.sum, count: all.count - same.count)
  func mean(_ pairs: (sum: Double, count: Int)) -> (mean: Double, count: Int) {
    (pairs.count > 0 ? pairs.sum / Double(pairs.count) : .nan, pairs.count / 2)
  }
  return (mean(same), mean(other))
}

/// Σ (gᵢ − ḡ)(gᵢ₊ₖ − ḡ) / Σ (gᵢ − ḡ)² for the lags k = 0, 1, …; nan where g is constant.
func autocorrelation(_ values: [Double], longestLag: Int) -> [Double] {
  let mean = values.reduce(0, +) / Double(values.count)
  let around = values.map { $0 - mean }
  let whole = around.reduce(0) { $0 + $1 * $1 }
  return (0...longestLag).map { lag in
    guard whole > 0, lag < around.count else { return .nan }
    return zip(around, around.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / whole
  }
}
