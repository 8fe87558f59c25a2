import Architectures
import Datasets
import Experiments
import Foundation
import Networks
import Randomness
import Records
import Tensors
import Testing

@testable import Training

@Suite("A run is carried out and recorded")
struct RunTests {
  private let output = NSTemporaryDirectory() + "gradflow-training-\(UUID().uuidString)"

  @Test("every step has a row; gradients and evaluations come when they are due")
  func rows() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    var seen: [Int] = []
    let run = smallRun()
    let made = try record(run, output: output) { seen.append($0.step) }
    #expect(seen == Array(1...6))
    #expect(made.steps.map(\.step) == Array(0..<6))
    #expect(made.gradientSteps == [0, 1, 3, 5])
    #expect(made.evaluations.map(\.step) == [4, 6])
    #expect(made.gradients(.activation, at: 3).map(\.layer.index) == Array(1...8))
    #expect(made.responses.rows(at: 5).map(\.layer.index) == Array(1...8))
    let ratios = made.gradients(.weight, at: 5).compactMap(\.updateRatio)
    #expect(ratios.count == 8 && ratios.allSatisfy { $0 > 0 && $0 < 1 })
    let read = try RecordStore(output: output).load(run)
    #expect(read.steps == made.steps && read.gradients == made.gradients)
    #expect(read.evaluations == made.evaluations && read.responses == made.responses)
  }

  @Test("progress tells the mean error of the last twenty steps, and the last evaluation")
  func progress() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = smallRun(steps: 27)
    run.recording.evaluationInterval = 23
    var seen: [Training.Progress] = []
    let made = try record(run, output: output) { seen.append($0) }
    let errors = made.steps.map(\.error)
    for progress in seen {
      let last = errors.prefix(progress.step).suffix(20)
      #expect(abs(progress.trainingError - last.reduce(0, +) / Double(last.count)) < 1e-9)
      let evaluation = made.evaluations.last { $0.step <= progress.step }
      #expect(progress.evaluationError == evaluation?.evaluationError)
      #expect(progress.isOver == (progress.step == 27) && progress.iterations == 27)
    }
    #expect(seen.count == 27 && made.evaluations.map(\.step) == [23, 27])
  }

  @Test("numbers are recorded with seven digits, those of gradients with five")
  func digits() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun()
    _ = try record(run, output: output)
    /// The most digits of any number in the columns from one on.
    func digits(_ table: String, from column: Int) throws -> Int {
      let path = "\(output)/runs/\(run.runName)/\(table).csv"
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      let numbers = lines.dropFirst().flatMap {
        $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst(column)
      }
      return numbers.map { number in
        let leading = number.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
        return leading.reversed().drop { $0 == "0" }.count
      }.max() ?? 0
    }
    #expect(try digits("steps", from: 1) == 7 && digits("evaluations", from: 1) == 7)
    #expect(try digits("gradients", from: 6) == 5 && digits("responses", from: 5) == 5)
    #expect(try digits("blocks", from: 5) == 5)
  }

  @Test("the same seed and threads give identical records; another seed does not")
  func reproducible() throws {
    let other = output + "-other"
    defer {
      try? FileManager.default.removeItem(atPath: output)
      try? FileManager.default.removeItem(atPath: other)
    }
    let run = smallRun(.plain)
    _ = try record(run, output: output)
    _ = try record(run, output: other)
    for file in [
      "run.json", "steps.csv", "evaluations.csv", "gradients.csv", "responses.csv", "blocks.csv",
    ] {
      let path = "runs/\(run.runName)/\(file)"
      let first = try #require(FileManager.default.contents(atPath: "\(output)/\(path)"))
      #expect(first == FileManager.default.contents(atPath: "\(other)/\(path)"), "\(file)")
    }
    #expect(
      try record(smallRun(.plain, seed: 1), output: other).steps[0].loss
        != RecordStore(output: output).load(run).steps[0].loss)
  }

  @Test("twins begin with the same images and the same weights")
  func twins() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let plain = try record(smallRun(.plain, steps: 1), output: output)
    let residual = try record(smallRun(.residual, steps: 1), output: output)
    let norms = [plain, residual].map { $0.gradients(.weight, at: 0).map(\.weightNorm) }
    #expect(norms[0] == norms[1] && norms[0].count == 8)
    // The first layer sees the same images with the same weights.
    #expect(plain.responses.rows(at: 0).first == residual.responses.rows(at: 0).first)
  }
}

@Suite("A network learns")
struct LearningTests {
  @Test("eight images are learnt by heart", arguments: NetworkConfiguration.Kind.allCases)
  func overfits(kind: NetworkConfiguration.Kind) throws {
    let engine = try Engine(threads: 2)
    let network = Network(
      Architecture(
        NetworkConfiguration(kind, depth: 8, width: 8), channels: 1, height: 12, classes: 8),
      on: engine)
    var random = SeededGenerator(seed: 4, stream: "images")
    let images = Tensor(
      random.normals(8 * 144, deviation: 1), shape: Shape(8, 1, 12, 12), on: engine)
    let labels = Array(Int32(0)..<8)
    let parameters = network.parameters
    var optimizer = Momentum(OptimizerConfiguration(), for: parameters)
    var losses: [Double] = []
    for _ in 0..<60 {
      let flow = network(images, in: Pass(.training))
      let result = CrossEntropy(flow.output, labels: labels)
      losses.append(result.loss)
      flow.pullback(result.gradient)
      _ = optimizer.step(parameters, rate: 0.05)
    }
    #expect(losses[0] > 1.5)
    #expect(losses[59] < 0.05)
  }

  @Test(
    "every network can be trained: a small step lowers its loss by what its gradient promises",
    arguments: NetworkConfiguration.catalog.map(\.name) + [
      "resnet-34-A", "resnet-34-C", "resnet-50-v1.5", "vgg-16-bn", "vgg-19-bn", "resnet-110-preact",
      "plain-20-no-bn", "resnet-20-tanh", "resnet-18-sigmoid",
    ])
  func everyNetwork(name: String) throws {
    var configuration = try NetworkConfiguration(named: name)
    let isDeep = configuration.depth > 200
    configuration.width = isDeep ? 2 : 4
    let side = configuration.family != .cifar ? 64 : isDeep ? 8 : 16
    let engine = try Engine(threads: 1)
    let network = Network(
      Architecture(configuration, channels: 1, height: side, classes: 4), on: engine)
    var random = SeededGenerator(seed: 4, stream: "images")
    let shape = Shape(8, 1, side, side)
    let images = Tensor(random.normals(shape.count, deviation: 1), shape: shape, on: engine)
    let parameters = network.parameters
    var optimizer = Momentum(
      OptimizerConfiguration(momentum: 0, weightDecay: 0), for: parameters)
    let promised = 1e-3
    var losses: [Double] = []
    for _ in 0..<4 {
      let flow = network(images, in: Pass(.training))
      let result = CrossEntropy(flow.output, labels: [0, 1, 2, 3, 0, 1, 2, 3])
      losses.append(result.loss)
      flow.pullback(result.gradient)
      let squares = try parameters.reduce(0) {
        $0 + (try #require($1.gradient)).summary().sumOfSquares
      }
      _ = optimizer.step(parameters, rate: promised / squares)
    }
    let kept = zip(losses, losses.dropFirst()).map { ($0 - $1) / promised }
    #expect(losses[0].isFinite)
    // The gradients of the deepest plain networks explode beyond what single precision can follow.
    if configuration.kind == .plain && configuration.depth >= 110 { return }
    #expect(kept.allSatisfy { (0.5...1.5).contains($0) }, "\(kept)")
  }

  @Test("momentum follows the paper's form, and weight decay pulls every weight to zero")
  func momentum() throws {
    let engine = try Engine(threads: 1)
    let network = Network(
      Architecture(
        NetworkConfiguration(.plain, depth: 8, width: 2), channels: 1, height: 4, classes: 2),
      on: engine)
    let images = Tensor(repeating: 0, shape: Shape(2, 1, 4, 4), on: engine)
    let parameters = network.parameters
    let configuration = OptimizerConfiguration(momentum: 0.5, weightDecay: 0.1)
    var optimizer = Momentum(configuration, for: parameters)
    // Zero images give the first convolution no gradient: only decay moves it.
    let start = parameters[0].value.values()
    var expected = start
    var velocity = start.map { _ in Float(0) }
    for rate in [1.0, 0.1, 0.1] {
      let flow = network(images, in: Pass(.training))
      flow.pullback(CrossEntropy(flow.output, labels: [0, 1]).gradient)
      _ = optimizer.step(parameters, rate: rate)
      for index in expected.indices {
        velocity[index] = 0.5 * velocity[index] - Float(rate) * 0.1 * expected[index]
        expected[index] += velocity[index]
      }
    }
    for (ours, theirs) in zip(parameters[0].value.values(), expected) {
      #expect(abs(ours - theirs) < 1e-6)
    }
  }
}
