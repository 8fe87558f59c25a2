import Architectures
import Datasets
import Experiments
import Foundation
import Networks
import Records
import Tensors
import Testing

@testable import Training

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
}
