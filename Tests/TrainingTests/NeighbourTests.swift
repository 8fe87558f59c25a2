import Architectures
import Datasets
import Experiments
import Foundation
import Networks
import Records
import Tensors
import Testing

@testable import Training

@Suite("Gradients of neighbouring inputs")
struct NeighbourTests {
  private let output = NSTemporaryDirectory() + "gradflow-neighbours-\(UUID().uuidString)"

  private func laboratory(
    _ run: RunConfiguration, _ body: (Laboratory, RecordStore) throws -> Void
  ) throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    _ = try record(run, output: output)
    let store = RecordStore(output: output)
    let images = try PreparedDataset.load(run.dataset, from: nil)
    try body(Laboratory(run, on: images, engine: try Engine(threads: 2), store: store), store)
  }

  private func lineRun(_ name: String, width: Int = 6) throws -> RunConfiguration {
    let plan = Experiment.shattering.plans[0]
    var run = try #require(plan.runs(ofSeed: 3).first)
    run.network = try NetworkConfiguration(named: name)
    run.network.width = width
    return run
  }

  @Test(
    "on a line ∂f/∂x is that of plain loops in double precision",
    arguments: [
      "dense-plain-2-no-bn", "dense-plain-4-no-bn", "dense-plain-4", "dense-resnet-4-no-bn",
      "dense-resnet-4", "dense-resnet-4-scale1x0.1",
    ])
  func line(name: String) throws {
    let run = try lineRun(name)
    try laboratory(run) { laboratory, store in
      try laboratory.measure(.agreement(networks: 2, walks: 1))
      let record = try store.load(run)
      let expected = lineGradients(of: laboratory, run)
      #expect(record.line.map(\.point) == Array(0..<256))
      let scale = expected.map(abs).max() ?? 0
      for (row, value) in zip(try laboratory.line(networks: 1).gradients, expected) {
        #expect(abs(row.gradient - value) <= 1e-4 * scale, "point \(row.point)")
      }
      let rows = record.agreement
      #expect(rows.map(\.lag) == Array(0...15) && rows.allSatisfy { $0.count == 2 })
      #expect(rows[0].cosine == 1 && rows[0].deviation == 0)
      let second = try laboratory.line(networks: 1).agreement
      #expect(second[3].deviation.isNaN && second[3].cosine != rows[3].cosine)
    }
  }

  /// ∂f/∂x of the run's network at 256 points from −2 to 2, layer by layer, unit by unit.
  private func lineGradients(of laboratory: Laboratory, _ run: RunConfiguration) -> [Double] {
    let network = Network(
      laboratory.architecture, initialization: run.initialization, seed: run.seed,
      on: laboratory.engine)
    let weights = Dictionary(
      uniqueKeysWithValues: network.parameters.map { ($0.name, $0.value.values().map(Double.init)) }
    )
    let width = run.network.width
    let points = (0..<256).map { -2 + 4 * Double($0) / 255 }
    let isNormalized = run.network.normalization == .batch
    let first = points.map { x in
      (0..<width).map { (weights["fc1.weight"] ?? [])[$0] * x + (weights["fc1.bias"] ?? [])[$0] }
    }
    // What training mode makes of the points, whose statistics are gathered; what those make of them; and
    // ∂value/∂x of each unit of the latter, by forward differentiation.
    var layer = (
      gathering: first, values: first, slopes: points.map { _ in weights["fc1.weight"] ?? [] }
    )
    func activated() -> (gathering: [[Double]], values: [[Double]], slopes: [[Double]]) {
      var result = layer
      for unit in 0..<width {
        let column = layer.gathering.map { $0[unit] }
        let mean = column.reduce(0, +) / 256
        let squares = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        // PyTorch gathers the unbiased variance, and trains with the other.
        let (root, gathered) = (
          (squares / 256 + 1e-5).squareRoot(), (squares / 255 + 1e-5).squareRoot()
        )
        for point in 0..<256 {
          if isNormalized {
            result.gathering[point][unit] = (layer.gathering[point][unit] - mean) / root
            result.values[point][unit] = (layer.values[point][unit] - mean) / gathered
            result.slopes[point][unit] = layer.slopes[point][unit] / gathered
          }
          result.gathering[point][unit] = max(result.gathering[point][unit], 0)
          if result.values[point][unit] <= 0 {
            (result.values[point][unit], result.slopes[point][unit]) = (0, 0)
          }
        }
      }
      return result
    }
    var branch = 1.0
    if case .scaled(_, let factor)? = run.network.combination { branch = factor }
    let around = run.network.kind == .residual ? 1.0 : 0
    for block in 1..<max(run.network.depth - 1, 1) {
      let matrix = weights["hidden.\(block).conv1.weight"] ?? []
      let bias = weights["hidden.\(block).conv1.bias"] ?? [Double](repeating: 0, count: width)
      let inner = activated()
      func joined(_ before: [[Double]], _ inner: [[Double]], _ bias: [Double]) -> [[Double]] {
        zip(before, inner).map { row, inside in
          (0..<width).map { unit in
            let sum = (0..<width).reduce(bias[unit]) { $0 + matrix[unit * width + $1] * inside[$1] }
            return around * row[unit] + branch * sum
          }
        }
      }
      let none = [Double](repeating: 0, count: width)
      layer.gathering = joined(layer.gathering, inner.gathering, bias)
      layer.values = joined(layer.values, inner.values, bias)
      layer.slopes = joined(layer.slopes, inner.slopes, none)
    }
    let classifier = weights["fc.weight"] ?? []
    return activated().slopes.map { row in
      (0..<width).reduce(0) { $0 + classifier[$1] * row[$1] }
    }
  }

  @Test("images are compared at every layer and along walks, before training and after it")
  func images() throws {
    var run = smallRun(steps: 5)
    run.network = NetworkConfiguration(.residual, depth: 8, width: 4)
    var found: RunRecord?
    try laboratory(run) { laboratory, store in
      try laboratory.measure(.agreement(networks: 1, walks: 3))
      found = try store.load(run)
    }
    let record = try #require(found)
    #expect(record.line.isEmpty)
    for step in [0, 5] {
      let rows = record.agreement.filter { $0.step == step }
      let same = rows.filter { $0.kind == .sameClass }
      let other = rows.filter { $0.kind == .otherClass }
      #expect(same.map(\.layerIndex) == Array(1...8) && other.map(\.layerIndex) == Array(1...8))
      // 16 images in ten classes: one pair or more, and all others.
      #expect(same[2].count > 0 && same[2].count + other[2].count == 16 * 15 / 2)
      let walk = rows.filter { $0.kind == .walk }
      #expect(walk.map(\.lag) == [1, 2, 4, 8] && walk.allSatisfy { $0.count == 3 })
      // Neighbours are more alike than images far apart.
      #expect(walk[0].cosine > walk[3].cosine && walk[0].cosine <= 1)
      // At the logits before training, images of one class have nearly the same gradient.
      if step == 0 { #expect(same[7].cosine > 0.8 && other[7].cosine < 0.3) }
    }
  }

  @Test("mean cosines are those of all pairs, one after another")
  func pairs() {
    let vectors: [[Float]] = [[1, 0], [0, 1], [0.6, 0.8], [-1, 0], [0, 0]]
    let labels: [Int32] = [3, 3, 5, 5, 3]
    var same: [Double] = []
    var other: [Double] = []
    for i in 0..<5 {
      for j in 0..<i {
        let cosine = zip(vectors[i], vectors[j]).reduce(0.0) { $0 + Double($1.0 * $1.1) }
        if labels[i] == labels[j] { same.append(cosine) } else { other.append(cosine) }
      }
    }
    let found = meanCosines(vectors, labels: labels)
    #expect(found.same.count == 4 && found.other.count == 6)
    #expect(abs(found.same.mean - same.reduce(0, +) / 4) < 1e-7)
    #expect(abs(found.other.mean - other.reduce(0, +) / 6) < 1e-7)
    let alone = meanCosines([[1, 0]], labels: [1])
    #expect(alone.same.count == 0 && alone.same.mean.isNaN && alone.other.mean.isNaN)
  }

  @Test("the autocorrelation of an alternation alternates, and a constant has none")
  func correlation() {
    let values = (0..<100).map { $0 % 2 == 0 ? 1.0 : -1 }
    let found = autocorrelation(values, longestLag: 3)
    #expect(found[0] == 1 && abs(found[1] + 0.99) < 1e-12 && abs(found[2] - 0.98) < 1e-12)
    // It is around the mean.
    #expect(autocorrelation(values.map { $0 + 7 }, longestLag: 3)[1] == found[1])
    #expect(autocorrelation([2, 2, 2], longestLag: 1)[1].isNaN)
    #expect(autocorrelation([1, 2], longestLag: 4)[4].isNaN)
  }
}
