import Datasets
import Experiments
import Foundation
import Records
import Tensors
import Testing

@testable import Training

@Suite("Networks in lockstep")
struct LockstepTests {
  private let scratch = NSTemporaryDirectory() + "gradflow-lockstep-\(UUID().uuidString)"
  private var kept: String { scratch + "-kept" }
  private var whole: String { scratch + "-whole" }

  private func clear() {
    for folder in [scratch, kept, whole] { try? FileManager.default.removeItem(atPath: folder) }
  }

  private func runs(_ steps: Int) -> [RunConfiguration] {
    NetworkConfiguration.Kind.allCases.map {
      var run = smallRun($0, steps: steps)
      run.recording = RecordingSchedule(dense: steps, interval: steps, evaluationInterval: 4)
      run.dataset.augmentation = true
      return run
    }
  }

  private func lockstep(_ runs: [RunConfiguration]) throws -> Lockstep {
    let images = try PreparedDataset.load(runs[0].dataset, from: nil)
    return try Lockstep(
      runs, on: images, engine: Engine(threads: 2),
      context: RunContext(
        version: "0", oneDNN: Engine.libraryVersion, threads: 2, datasetSHA256: images.sha256,
        evaluationSet: images.evaluationSet), output: scratch)
  }

  @Test(
    "what is kept is, to the byte, what runs of so many steps leave; and it can go on",
    arguments: [1, 4, 7])
  func bytes(steps: Int) throws {
    defer { clear() }
    let training = try lockstep(runs(20))
    var kepts: [Int] = []
    for more in [steps, 2] {
      for _ in 0..<more { try training.advance() }
      let shortened = runs(training.step)
      try training.keep(as: shortened, in: kept)
      kepts.append(training.step)
      for run in shortened {
        _ = try record(run, output: whole)
        let (expected, found) = (try files(of: run, in: whole), try files(of: run, in: kept))
        #expect(expected.keys.sorted() == found.keys.sorted() && expected.count > 5)
        for (name, bytes) in expected {
          #expect(found[name] == bytes, "\(name) after \(training.step)")
        }
      }
    }
    #expect(kepts == [steps, steps + 2] && !training.isOver)
  }

  @Test("every step can be read as soon as it is handed over, and the last one ends it")
  func growing() throws {
    defer { clear() }
    let configurations = runs(3)
    let training = try lockstep(configurations)
    try training.flush()
    for done in 1...3 {
      #expect(!training.isOver)
      try training.advance()
      try training.flush()
      for run in configurations {
        let record = try RunFolder("\(scratch)/runs/\(run.runName)").record()
        #expect(record.steps.count == done && record.gradients.steps == Array(0..<done))
      }
    }
    #expect(training.isOver)
  }

  @Test("twins see the same images: their first losses tell so where shortcuts carry nothing")
  func batches() throws {
    defer { clear() }
    var twins = runs(2)
    twins[1] = twins[0]
    twins[1].schedule.base = 0.2
    let training = try lockstep(twins)
    try training.advance()
    try training.flush()
    let losses = try twins.map {
      try RunFolder("\(scratch)/runs/\($0.runName)").record().steps[0].loss
    }
    #expect(losses[0] == losses[1])
  }
}
