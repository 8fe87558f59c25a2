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

@Suite("The loss around the end of training")
struct SurfaceTests {
  private let output = NSTemporaryDirectory() + "gradflow-surface-\(UUID().uuidString)"

  @Test("in the middle it is the loss of the trained network, at the end of the line, too")
  func surface() throws {
    var run = smallRun(steps: 12)
    run.network = NetworkConfiguration(.residual, depth: 8, width: 4)
    defer { try? FileManager.default.removeItem(atPath: output) }
    _ = try record(run, output: output)
    let store = RecordStore(output: output)
    let images = try PreparedDataset.load(run.dataset, from: nil)
    let engine = try Engine(threads: 2)
    let laboratory = Laboratory(run, on: images, engine: engine, store: store)
    try laboratory.measure(.surface(side: 5, images: 40))
    let rows = try store.load(run).surface
    #expect(rows.count == 2 * (25 + 5))
    func loss(
      _ kind: SurfaceRow.Kind, _ statistics: SurfaceRow.Statistics, _ first: Double,
      _ second: Double = 0
    ) throws -> Double {
      try #require(
        rows.first {
          $0.kind == kind && $0.statistics == statistics && $0.first == first
            && $0.second == second
        }
      ).loss
    }
    func direct(_ network: Network, _ mode: Pass.Mode) -> Double {
      images.trainingBatches(size: run.batchSize, images: 40).reduce(0.0) { sum, batch in
        let input = Tensor(
          batch.images, shape: Shape(batch.labels.count, 1, 8, 8), on: engine)
        let output = network(input, in: Pass(mode)).output
        return sum + CrossEntropy(output, labels: batch.labels).loss
          * Double(batch.labels.count) / 40
      }
    }
    func isNear(_ one: Double, _ other: Double) -> Bool { abs(one - other) <= 1e-4 * other }
    let trained = try laboratory.network(laboratory.architecture)
    let end = direct(trained, .evaluation)
    #expect(try isNear(loss(.plane, .gathered, 0), end))
    #expect(try isNear(loss(.line, .gathered, 1), end))
    let endOfBatches = direct(trained, .training)
    #expect(try isNear(loss(.plane, .batch, 0), endOfBatches))
    #expect(try isNear(loss(.line, .batch, 1), endOfBatches))
    let begin = Network(laboratory.architecture, seed: run.seed, on: engine)
    #expect(try isNear(loss(.line, .batch, 0), direct(begin, .training)))
    #expect(try loss(.line, .batch, 0.25) > loss(.line, .batch, 1))
    // The two directions are two, and lead somewhere.
    #expect(try loss(.plane, .batch, 1) != loss(.plane, .batch, 0, 1))
    #expect(try loss(.plane, .batch, 1) > loss(.plane, .batch, 0))
    // Measuring changes no files but its own.
    let again = try laboratory.network(laboratory.architecture)
    #expect(isNear(direct(again, .evaluation), end))
  }

  @Test("directions have each filter's length, and leave what normalizations learn")
  func directions() throws {
    let engine = try Engine(threads: 1)
    var configuration = try NetworkConfiguration(named: "resnet-8-no-bn")
    configuration.normalization = .batch
    configuration.width = 4
    let network = Network(
      Architecture(configuration, channels: 3, height: 8, width: 8), seed: 1, on: engine)
    let one = Direction(of: network, seed: 1, name: "one")
    let other = Direction(of: network, seed: 1, name: "other")
    for (index, parameter) in network.parameters.enumerated() {
      let weights = parameter.value.values()
      let found = one.values[index]
      guard parameter.value.shape.rank > 1 else {
        #expect(found.allSatisfy { $0 == 0 } && found.count == weights.count)
        continue
      }
      let size = weights.count / parameter.value.shape[0]
      for filter in 0..<parameter.value.shape[0] {
        let part = filter * size..<(filter + 1) * size
        func length(_ values: ArraySlice<Float>) -> Double {
          values.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
        }
        #expect(abs(length(found[part]) - length(weights[part])) < 1e-5 * length(weights[part]))
      }
      #expect(found != other.values[index] && found != weights)
    }
  }

  @Test("the way back without statistics' own is that of each image alone")
  func frozen() throws {
    let engine = try Engine(threads: 2)
    for name in ["resnet-8", "plain-8", "resnet-8-preact", "resnet-8-dropout0.5"] {
      var configuration = try NetworkConfiguration(named: name)
      configuration.width = 4
      let network = Network(
        Architecture(configuration, channels: 3, height: 8, width: 8), seed: 2, on: engine)
      let values: [Float] = (0..<(4 * 192)).map { Float(($0 * 53) % 89) / 40 - 1 }
      let images = Tensor(values, shape: Shape(4, 3, 8, 8), on: engine)
      network.gatherStatistics(over: [images])
      func gradients(_ values: ArraySlice<Float>, _ count: Int) -> [Float] {
        let images = Tensor(Array(values), shape: Shape(count, 3, 8, 8), on: engine)
        let flow = network.flowToImages(images, in: Pass(.frozen))
        #expect(flow.output.values() == network(images, in: Pass(.evaluation)).output.values())
        let one = (0..<count * 10).map { Float($0 % 10 == 4 ? 1 : 0) }
        return flow.pullback(Tensor(one, shape: Shape(count, 10), on: engine)).values()
      }
      let together = gradients(values[...], 4)
      let alone = gradients(values[192..<384], 1)
      let scale = together.map(abs).max() ?? 0
      #expect(scale > 0)
      for (one, other) in zip(alone, together[192..<384]) {
        #expect(abs(one - other) <= 1e-4 * scale, "\(name)")
      }
    }
  }

  @Test(
    "gathered statistics are the means of those of the mini-batches, and training goes on after")
  func gathering() throws {
    let engine = try Engine(threads: 1)
    let architecture = Architecture(
      NetworkConfiguration(.plain, depth: 8, width: 4), channels: 3, height: 8, width: 8)
    func images(_ factor: Int) -> Tensor {
      Tensor(
        (0..<(4 * 192)).map { Float(($0 * factor) % 89) / 40 - 1 }, shape: Shape(4, 3, 8, 8),
        on: engine)
    }
    func means(_ batches: [Tensor]) -> [Float] {
      let network = Network(architecture, seed: 2, on: engine)
      network.gatherStatistics(over: batches)
      return network.statistics.flatMap { $0.mean.values() + $0.variance.values() }
    }
    let (one, other) = (means([images(53)]), means([images(31)]))
    let both = means([images(53), images(31)])
    for index in both.indices {
      #expect(abs(both[index] - (one[index] + other[index]) / 2) < 1e-5 * max(abs(both[index]), 1))
    }
    let network = Network(architecture, seed: 2, on: engine)
    network.gatherStatistics(over: [images(53)])
    let before = network.statistics[0].mean.values()[0]
    _ = network(images(31), in: Pass(.training))
    let after = network.statistics[0].mean.values()[0]
    #expect(abs(after - (0.9 * before + 0.1 * other[0])) < 1e-6)
  }
}
