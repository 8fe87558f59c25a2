import Experiments
import Foundation
import Records
import Tensors
import Testing

@testable import Training

@Suite("A run continues as if nothing had happened")
struct ContinuationTests {
  private let output = NSTemporaryDirectory() + "gradflow-continued-\(UUID().uuidString)"

  /// Runs until it is finished, asking it to stop after given numbers of steps.
  private func interrupted(
    _ run: RunConfiguration, after steps: [Int], interval: Duration = .seconds(60)
  ) throws -> [Int] {
    var stops: [Int] = []
    for wanted in steps + [Int.max] {
      var done = 0
      let safekeeping = Safekeeping(interval: interval, isInterrupted: { done == wanted })
      do {
        _ = try record(run, output: output, safekeeping: safekeeping) { _ in done += 1 }
        return stops
      } catch let interruption as Interruption {
        stops.append(interruption.step)
      }
    }
    return stops
  }

  /// How many images a run learned from, by the time it took and its speed.
  private func imagesDone(by run: RunConfiguration) throws -> Double {
    let path = "\(output)/runs/\(run.runName)/timing.json"
    let timing = try JSONDecoder().decode(
      RunTiming.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    return timing.imagesPerSecond * timing.seconds
  }

  @Test(
    "to the byte, in records and final weights, wherever it was interrupted",
    arguments: [[1], [5], [1, 1, 1, 1, 1], [3, 4], [4, 3, 2]], ["plain-8", "resnet-8"])
  func bytes(steps: [Int], name: String) throws {
    let whole = output + "-whole"
    defer {
      try? FileManager.default.removeItem(atPath: output)
      try? FileManager.default.removeItem(atPath: whole)
    }
    var run = smallRun(steps: 11)
    run.network = try NetworkConfiguration(named: name)
    run.network.width = 4
    run.schedule.warmUp = LearningRateSchedule.WarmUp(untilErrorBelow: 95, window: 3)
    run.dataset.augmentation = true
    run.recording.lossInterval = steps.count == 1 ? 4 : nil
    _ = try record(run, output: whole)
    let stops = try interrupted(run, after: steps)
    #expect(stops == steps.indices.map { steps[...$0].reduce(0, +) })
    let (expected, found) = (try files(of: run, in: whole), try files(of: run, in: output))
    #expect(expected.keys.sorted() == found.keys.sorted())
    #expect(expected["checkpoint.safetensors"] != nil)
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
  }

  @Test("a run that is asked to stop at its last step is over, and counts")
  func lastStep() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = smallRun(steps: 3)
    #expect(try interrupted(run, after: [3]).isEmpty)
    #expect(try RecordStore(output: output).load(run).steps.count == 3)
    // Also where it ends because it diverged.
    run = smallRun(.plain, steps: 8)
    run.network.normalization = .none
    run.schedule.base = 1e30
    run.stopsWhenDiverged = true
    var isOver = false
    let safekeeping = Safekeeping(isInterrupted: { isOver })
    let made = try record(run, output: output, safekeeping: safekeeping) { isOver = $0.isOver }
    #expect(made.divergedStep == made.steps.last?.step)
  }

  @Test("a run that continues says where it was, and in what the circumstances differ")
  func circumstances() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 3)
    #expect(throws: Interruption.self) {
      try record(run, output: output, safekeeping: Safekeeping(isInterrupted: { true }))
    }
    var continued: [SavedRun] = []
    var seen: [Training.Progress] = []
    let safekeeping = Safekeeping(continues: { continued.append($0) })
    _ = try record(run, output: output, safekeeping: safekeeping) { seen.append($0) }
    let saved = try #require(continued.first)
    #expect(continued.count == 1 && saved.step == 1)
    #expect(seen.map(\.firstStep) == [1, 1] && seen.map(\.step) == [2, 3])
    // Its speed is that of the steps since then.
    #expect(try abs(imagesDone(by: run) - Double(2 * run.batchSize)) < 1e-6)
    var context = saved.description.context
    #expect(saved.difference(from: context) == nil)
    context.threads = 5
    #expect(saved.difference(from: context) == "2 threads, not 5")
    context.oneDNN = "9.9"
    context.version = "7"
    #expect(
      saved.difference(from: context)
        == "2 threads, not 5; oneDNN \(Engine.libraryVersion), not 9.9; gradflow 0, not 7")
    // What is not known does not differ.
    (context.threads, context.oneDNN, context.version) = (nil, nil, "0")
    #expect(saved.difference(from: context) == nil)
  }

  @Test("rows written after the state was saved are cut off")
  func surplus() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 6)
    _ = try? record(run, output: output, safekeeping: Safekeeping(isInterrupted: { true }))
    let partial = "\(output)/runs/\(run.runName).partial"
    for name in ["steps.csv", "evaluations.csv", "gradients.csv", "responses.csv", "blocks.csv"] {
      let handle = try #require(FileHandle(forWritingAtPath: "\(partial)/\(name)"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("1,2,half a ro".utf8))
      try handle.close()
    }
    let made = try record(run, output: output)
    #expect(made.steps.map(\.step) == Array(0..<6))
    #expect(try RecordStore(output: output).load(run).steps == made.steps)
  }

  @Test("what was saved and then lost is noticed, and not made up")
  func lost() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 6)
    _ = try? record(run, output: output, safekeeping: Safekeeping(isInterrupted: { true }))
    let partial = "\(output)/runs/\(run.runName).partial"
    try Data("step,loss,error,learning_rate\n".utf8).write(
      to: URL(fileURLWithPath: "\(partial)/steps.csv"))
    let error = #expect(throws: RecordError.self) { try record(run, output: output) }
    #expect(error?.description.contains("shorter") == true)
    #expect(error?.description.contains("--fresh") == true)
    try RunWriter.setAside(run, in: output)
    #expect(try record(run, output: output).steps.count == 6)
    #expect(
      FileManager.default.fileExists(atPath: "\(output)/runs/\(run.runName).old-1/steps.csv"))
  }

  @Test("damaged states are refused, whatever was damaged")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 3)
    _ = try? record(run, output: output, safekeeping: Safekeeping(isInterrupted: { true }))
    let path = "\(output)/runs/\(run.runName).partial/checkpoint.safetensors"
    let whole = try #require(FileManager.default.contents(atPath: path))
    for length in [0, 7, 40, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(throws: RecordError.self) { try record(run, output: output) }
    }
    try whole.write(to: URL(fileURLWithPath: path))
    #expect(try record(run, output: output).steps.count == 3)
  }

  @Test("other images are not continued with")
  func images() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 3)
    _ = try? record(run, output: output, safekeeping: Safekeeping(isInterrupted: { true }))
    let context = RunContext(
      version: "0", oneDNN: "", threads: 2, datasetSHA256: "other", evaluationSet: "")
    let error = #expect(throws: RecordError.self) {
      try RunWriter(run, context: context, in: output)
    }
    #expect(error?.description.contains("images have changed") == true)
  }

  @Test("a run belongs to one writer at a time")
  func busy() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 3)
    let context = RunContext(
      version: "0", oneDNN: "", threads: 2, datasetSHA256: "", evaluationSet: "")
    do {
      let writer = try RunWriter(run, context: context, in: output)
      let errors = [
        #expect(throws: RecordError.self) { try RunWriter(run, context: context, in: output) },
        #expect(throws: RecordError.self) { try RunWriter.setAside(run, in: output) },
      ]
      for error in errors {
        guard case .busy(run.runName, _) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
      }
      withExtendedLifetime(writer) {}
    }
    #expect(throws: Never.self) { try RunWriter(run, context: context, in: output) }
  }

  @Test("a training that diverges is a result: recorded to its end, or to where it diverged")
  func divergence() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = smallRun(.plain, steps: 8)
    run.network.normalization = .none
    run.schedule.base = 1e30
    let made = try record(run, output: output)
    let diverged = try #require(made.divergedStep)
    #expect(made.steps.count == 8 && diverged < 6)
    let read = try RecordStore(output: output).load(run)
    #expect(read.divergedStep == diverged && read.steps.last?.loss.isNaN == true)
    run.stopsWhenDiverged = true
    var seen: [Training.Progress] = []
    let stopped = try record(run, output: output) { seen.append($0) }
    // Its progress ends there, and its speed is that of the steps that were done.
    #expect(seen.map(\.isOver) == (0...diverged).map { $0 == diverged })
    #expect(try abs(imagesDone(by: run) - Double((diverged + 1) * run.batchSize)) < 1e-6)
    #expect(stopped.steps.count == diverged + 1)
    #expect(try RecordStore(output: output).load(run).steps.count == diverged + 1)
  }

  @Test("a file that is removed under a run is an error, not a record with a hole")
  func removed() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = smallRun(steps: 6)
    let partial = "\(output)/runs/\(run.runName).partial"
    for name in ["/gradients.csv", ""] {
      let error = #expect(throws: RecordError.self) {
        try record(run, output: output) { progress in
          guard progress.step == 2 else { return }
          try? FileManager.default.removeItem(atPath: partial + name)
        }
      }
      #expect(error?.description.contains("removed by another program") == true)
      #expect(RecordStore(output: output).runNames().isEmpty)
      try? FileManager.default.removeItem(atPath: partial)
    }
  }
}
