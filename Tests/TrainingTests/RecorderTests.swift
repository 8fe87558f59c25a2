import Architectures
import Datasets
import Experiments
import Findings
import Foundation
import Networks
import Records
import Tensors
import Testing

@testable import Training

/// The rows that a run records, against numbers that are computed in another way: the weights before and
/// after each step are read, and everything else is summed up by plain loops from whole tensors.
@Suite("What a run records is what happened")
struct RecorderTests {
  /// Keeps whole what passes.
  private final class Keeper: GradientProbe {
    var responses: [String: Response] = [:]
    var outputs: [String: [Float]] = [:]
    var weights: [String: [Float]] = [:]
    var blocks: [String: [BlockQuantity: Double]] = [:]

    func observe(response: Response, of layer: LayerPlace) { responses[layer.name] = response }
    func observe(outputGradient: Tensor, of layer: LayerPlace) {
      outputs[layer.name] = outputGradient.values()
    }
    func observe(weightGradient: Tensor, of layer: LayerPlace) {
      weights[layer.name] = weightGradient.values()
    }
    func observe(_ quantity: BlockQuantity, _ value: Double, of block: BlockPlace) {
      blocks[block.name, default: [:]][quantity] = value
    }
  }

  private func norm(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func isNear(_ found: Double?, _ expected: Double) -> Bool {
    guard let found else { return false }
    return abs(found - expected) <= 2e-4 * abs(expected) + 1e-12
  }

  @Test(
    "norms, zeros, weights, updates and responses, layer by layer, and errors step by step",
    arguments: ["plain-8", "resnet-8", "resnet-8-B", "plain-8-no-bn"])
  func rows(name: String) throws {
    var run = smallRun(steps: 4)
    run.network = try NetworkConfiguration(named: name)
    run.network.width = 4
    run.recording = RecordingSchedule(dense: 4, interval: 1, evaluationInterval: 2)
    run.schedule.drops = [.init(at: 2, factor: 0.5)]
    let output = NSTemporaryDirectory() + "gradflow-recorder-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: output) }
    let made = try record(run, output: output)

    // The same training by hand.
    let images = try PreparedDataset.load(run.dataset, from: nil)
    let engine = try Engine(threads: 2)
    let network = Network(
      Architecture(run), initialization: run.initialization, seed: run.seed, on: engine)
    let source = try BatchSource(images, batchSize: run.batchSize, seed: run.seed)
    var velocities = network.parameters.map { [Float](repeating: 0, count: $0.value.shape.count) }
    for step in 0..<4 {
      let batch = source.batch(step)
      let keeper = Keeper()
      let before = Dictionary(
        uniqueKeysWithValues: network.parameters.map { ($0.name, $0.value.values()) })
      let shape = Shape(run.batchSize, images.channels, images.height, images.width)
      let flow = network(
        Tensor(batch.images, shape: shape, on: engine), in: Pass(.training, probe: keeper))
      let logits = flow.output.values()
      flow.pullback(CrossEntropy(flow.output, labels: batch.labels).gradient)
      let rate: Float = step < 2 ? 0.1 : 0.05
      for (index, parameter) in network.parameters.enumerated() {
        let gradient = try #require(parameter.gradient).values()
        let weights = parameter.value.values()
        velocities[index] = zip(velocities[index], zip(gradient, weights)).map {
          0.9 * $0 - rate * ($1.0 + 1e-4 * $1.1)
        }
        parameter.value = Tensor(
          zip(weights, velocities[index]).map { $0 + $1 }, shape: parameter.value.shape,
          on: engine)
      }

      var (loss, errors) = (0.0, 0)
      for (image, label) in batch.labels.enumerated() {
        let row = logits[image * 10..<(image + 1) * 10].map(Double.init)
        let greatest = row.max() ?? 0
        let sum = row.reduce(0) { $0 + exp($1 - greatest) }
        loss += greatest + log(sum) - row[Int(label)]
        if row.firstIndex(of: greatest) != Int(label) { errors += 1 }
      }
      let told = made.steps[step]
      #expect(isNear(told.loss, loss / Double(run.batchSize)))
      #expect(isNear(told.error, 100 * Double(errors) / Double(run.batchSize)))
      #expect(isNear(told.learningRate, Double(rate)))

      for row in made.gradients.rows(at: step) {
        let layer = row.layer.name
        let isWeight = row.kind == .weight
        let values = try #require(isWeight ? keeper.weights[layer] : keeper.outputs[layer])
        #expect(isNear(row.l2, norm(values)), "\(layer), step \(step)")
        #expect(isNear(row.rms, norm(values) / Double(values.count).squareRoot()))
        #expect(isNear(row.maximum, Double(values.map(abs).max() ?? 0)))
        #expect(
          isNear(row.zeroFraction, Double(values.count { $0 == 0 }) / Double(values.count)))
        guard isWeight else {
          #expect(row.weightNorm == nil && row.updateRatio == nil)
          continue
        }
        let old = try #require(before["\(layer).weight"])
        let index = try #require(
          network.parameters.firstIndex { $0.name == "\(layer).weight" })
        #expect(isNear(row.weightNorm, norm(old)), "\(layer), step \(step)")
        #expect(isNear(row.updateRatio, norm(velocities[index]) / norm(old)))
      }
      for row in made.responses.rows(at: step) {
        let response = try #require(keeper.responses[row.layer.name])
        #expect(isNear(row.deviation, response.deviation) && abs(row.mean - response.mean) < 1e-4)
      }
      for row in made.blocks.rows(at: step) {
        let told = try #require(keeper.blocks[row.block.name])
        // A plain block's F(x) is the response of its last layer.
        let response = try #require(keeper.responses["\(row.block.name).conv2"])
        let expected: [(Double?, Double?)] = [
          (row.gradientAtSum, told[.gradientAtSum]),
          (row.gradientThroughShortcut, told[.gradientThroughShortcut]),
          (row.gradientThroughBranch, told[.gradientThroughBranch]),
          (row.gradientCosine, told[.gradientCosine]), (row.inputRMS, told[.input]),
          (row.branchRMS, told[.branch] ?? hypot(response.mean, response.deviation)),
          (row.outputRMS, told[.output]),
        ]
        for (found, value) in expected {
          #expect((found == nil) == (value == nil) && value.map { isNear(found, $0) } ?? true)
        }
      }
      #expect(made.blocks.rows(at: step).count == 3)
      #expect((made.blocks.rows(at: step)[0].gradientCosine == nil) == name.hasPrefix("plain"))
    }
    // The evaluation normalizes by gathered statistics and changes nothing: counted by hand.
    var wrong = 0
    for batch in images.evaluationBatches(size: 50) {
      let shape = Shape(batch.labels.count, images.channels, images.height, images.width)
      let logits = network(
        Tensor(batch.images, shape: shape, on: engine), in: Pass(.evaluation)
      ).output.values()
      for (image, label) in batch.labels.enumerated() {
        let row = Array(logits[image * 10..<(image + 1) * 10])
        if row.firstIndex(of: row.max() ?? 0) != Int(label) { wrong += 1 }
      }
    }
    #expect(made.evaluations.map(\.step) == [2, 4])
    #expect(isNear(made.evaluations.last?.evaluationError, 100 * Double(wrong) / 50))
    let window = made.steps[2...3].map(\.error)
    #expect(isNear(made.evaluations.last?.trainingError, (window[0] + window[1]) / 2))
    // 200 images are 12 mini-batches of 16.
    #expect(made.evaluations.map(\.epoch) == [2.0 / 12, 4.0 / 12].map { $0.rounded(toDigits: 7) })
  }

  @Test(
    "a branch that begins at zero is closed at the start, and open a step later; what vanishes is not"
  )
  func closed() throws {
    let engine = try Engine(threads: 2)
    func verdict(_ name: String, isClosed: Bool) throws -> Diagnosis? {
      var run = smallRun(steps: 2)
      run.network = try NetworkConfiguration(named: name)
      run.network.width = 4
      let network = Network(Architecture(run), on: engine)
      if isClosed {
        // Zero-γ: the last normalization of every branch lets nothing through.
        for parameter in network.parameters where parameter.name.hasSuffix("bn2.weight") {
          parameter.value = Tensor(repeating: 0, shape: parameter.value.shape, on: engine)
        }
      }
      var learner = Learner(network, optimizer: run.optimizer)
      let images = try PreparedDataset.load(run.dataset, from: nil)
      let source = try BatchSource(images, batchSize: 16, seed: 0)
      var made = RunRecord(
        configuration: run,
        context: RunContext(
          version: "0", oneDNN: "", threads: 2, datasetSHA256: "", evaluationSet: ""))
      var rows: [GradientRow] = []
      for step in 0..<2 {
        let recorder = GradientRecorder(step: step)
        let batch = source.batch(step)
        _ = learner.learn(
          from: Tensor(batch.images, shape: Shape(16, 1, 8, 8), on: engine), labels: batch.labels,
          rate: 0.1, at: step, probe: recorder)
        rows += recorder.gradients(places: network.places, updates: [:])
      }
      made.gradients = RecordTable(rows)
      return made.diagnosis(at: 0)
    }
    let closed = try #require(try verdict("resnet-8", isClosed: true))
    #expect(closed.verdict == .closedAtStart && closed.ratio.isFinite && closed.ratio > 0)
    #expect(closed.reason.contains("6 of 7 layers"), "\(closed.reason)")
    #expect(try verdict("resnet-8", isClosed: false)?.verdict == .healthy)
    #expect(try verdict("plain-56-no-bn-sigmoid", isClosed: false)?.verdict == .vanishes)
  }
}
