import Architectures
import Datasets
import Experiments
import Foundation
import Networks
import Records
import Tensors
import Testing

@testable import Training

@Suite("Trained networks without some of their blocks")
struct LaboratoryTests {
  private let output = NSTemporaryDirectory() + "gradflow-laboratory-\(UUID().uuidString)"

  /// A trained network and what there is to measure it with.
  private func withTrained(
    _ name: String, steps: Int = 4,
    _ body: (RunConfiguration, Laboratory, RecordStore) throws -> Void
  ) throws {
    var run = smallRun(steps: steps)
    run.network = try NetworkConfiguration(named: name)
    run.network.width = 4
    defer { try? FileManager.default.removeItem(atPath: output) }
    _ = try record(run, output: output)
    let store = RecordStore(output: output)
    let images = try PreparedDataset.load(run.dataset, from: nil)
    try body(
      run, Laboratory(run, on: images, engine: try Engine(threads: 2), store: store), store)
  }

  @Test(
    "without any block gone the error is the recorded one, and every block has its turn",
    arguments: ["resnet-8", "plain-14", "resnet-14-B"])
  func lesions(name: String) throws {
    try withTrained(name) { run, laboratory, store in
      let count = Architecture(run).blocks.count
      try laboratory.measure(.lesions(draws: 2))
      let record = try store.load(run)
      let rows = record.lesions
      #expect(rows[0].kind == .none && rows[0].error == record.finalEvaluation)
      #expect(rows.filter { $0.kind == .deleted }.map(\.blocks) == (1...count).map { [$0] })
      // In each of three stages the first block changes the shape, but for the first stage.
      let pairs = count == 3 ? [] : [1]
      #expect(rows.filter { $0.kind == .exchanged }.map { $0.blocks[0] } == pairs)
      let several = rows.filter { $0.kind == .random }
      #expect(several.map(\.blocks.count) == (2...count).flatMap { [$0, $0] })
      #expect(several.allSatisfy { Set($0.blocks).count == $0.blocks.count && $0.draw < 2 })
      #expect(rows.allSatisfy { (0...100).contains($0.error) && $0.step == 4 })
      #expect(store.has(.lesions(draws: 2), of: run))
      #expect(!store.has(.paths(draws: 2), of: run))
    }
  }

  @Test("a block that is gone is one whose branch gives nothing")
  func deletion() throws {
    let engine = try Engine(threads: 2)
    var configuration = try NetworkConfiguration(named: "resnet-14")
    configuration.width = 4
    let whole = Architecture(configuration, channels: 3, height: 8, width: 8)
    let images = Tensor(
      (0..<(2 * 192)).map { Float(($0 * 37) % 101) / 50 - 1 }, shape: Shape(2, 3, 8, 8), on: engine)
    for block in [1, 2, 3, 6] {
      let name = whole.blocks[block - 1].name
      let silenced = Network(whole, seed: 1, on: engine)
      for parameter in silenced.parameters
      where parameter.name.hasPrefix("\(name).bn2.") {
        parameter.value = Tensor(repeating: 0, shape: parameter.value.shape, on: engine)
      }
      let cut = Network(whole.without([block]), seed: 1, on: engine)
      let (one, other) = (
        cut(images, in: Pass(.evaluation)).output.values(),
        silenced(images, in: Pass(.evaluation)).output.values()
      )
      #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 1e-5 * max(abs($1), 1) }, "\(name)")
    }
    // Of a plain network the same is left as of its twin.
    configuration.kind = .plain
    let plain = Architecture(configuration, channels: 3, height: 8, width: 8)
    let all = Set(1...6)
    let bare = Network(plain.without(all), seed: 1, on: engine)(images, in: Pass(.evaluation))
    let bareTwin = Network(whole.without(all), seed: 1, on: engine)(images, in: Pass(.evaluation))
    #expect(bare.output.values() == bareTwin.output.values())
  }

  @Test("blocks that change places twice are where they were")
  func exchange() throws {
    let whole = Architecture(try NetworkConfiguration(named: "resnet-20"))
    #expect(whole.exchangeable == [1, 2, 5, 8])
    let once = whole.exchanging(5)
    #expect(once != whole && once.blocks.map(\.place.index) == [1, 2, 3, 4, 6, 5, 7, 8, 9])
    #expect(once.parameterCount == whole.parameterCount)
  }

  @Test(
    "the gradients of all paths add up to the gradient",
    arguments: ["resnet-8", "resnet-8-preact", "resnet-8-B-no-bn-tanh"])
  func sum(name: String) throws {
    let engine = try Engine(threads: 2)
    var configuration = try NetworkConfiguration(named: name)
    configuration.width = 4
    let network = Network(
      Architecture(configuration, channels: 3, height: 8, width: 8), seed: 2, on: engine)
    let images = Tensor(
      (0..<(3 * 192)).map { Float(($0 * 53) % 89) / 40 - 1 }, shape: Shape(3, 3, 8, 8), on: engine)
    func gradient(_ branches: Set<Int>?) -> [Float] {
      let flow = network.flowToImages(images, in: Pass(.training, branches: branches))
      return flow.pullback(CrossEntropy(flow.output, labels: [1, 4, 7]).gradient).values()
    }
    var sum = [Double](repeating: 0, count: images.shape.count)
    for choice in 0..<8 {
      let branches = Set((0..<3).filter { choice >> $0 & 1 == 1 }.map { $0 + 1 })
      for (index, value) in gradient(branches).enumerated() { sum[index] += Double(value) }
    }
    let whole = gradient(nil)
    let scale = Double(whole.map(abs).max() ?? 0)
    #expect(scale > 0)
    #expect(zip(sum, whole).allSatisfy { abs($0 - Double($1)) <= 1e-5 * scale })
  }

  @Test("what has no blocks has no lesions, and what has one road through them no paths")
  func applies() throws {
    func run(_ name: String) throws -> RunConfiguration {
      var run = smallRun()
      run.dataset.imageSize = 32
      run.network = try NetworkConfiguration(named: name)
      return run
    }
    let lesions = Measurement.lesions(draws: 1)
    let paths = Measurement.paths(draws: 1)
    for name in ["resnet-8", "resnet-8-preact", "resnet-8-scale0.5"] {
      #expect(try Laboratory.applies(lesions, to: run(name)))
      #expect(try Laboratory.applies(paths, to: run(name)))
    }
    #expect(try Laboratory.applies(lesions, to: run("plain-8")))
    #expect(try !Laboratory.applies(paths, to: run("plain-8")))
    #expect(try !Laboratory.applies(paths, to: run("resnet-8-gate6")))
    #expect(try !Laboratory.applies(lesions, to: run("vgg-16")))
  }

  @Test("paths are measured for every number of branches, the two ends once")
  func paths() throws {
    try withTrained("resnet-14") { run, laboratory, store in
      try laboratory.measure(.paths(draws: 3))
      let rows = try store.load(run).paths
      #expect(rows.map(\.branches) == [0] + (1...5).flatMap { [$0, $0, $0] } + [6])
      #expect(rows.allSatisfy { $0.gradient > 0 && $0.gradient.isFinite })
    }
  }
}

extension RunRecord {
  fileprivate var finalEvaluation: Double? { evaluations.last?.evaluationError }
}
