import Datasets
import Experiments
import Foundation
import Records
import Tensors
import Testing
import ThreadedRanks

@testable import Training

/// A run of a few steps of a small network on drawn patterns.
func smallRun(
  _ kind: NetworkConfiguration.Kind = .residual, steps: Int = 6, seed: UInt64 = 0
) -> RunConfiguration {
  var run = RunConfiguration(
    network: NetworkConfiguration(kind, depth: 8, width: 4),
    dataset: DatasetConfiguration(
      .synthetic, imageSize: 8, trainingImages: 200, evaluationImages: 50),
    schedule: LearningRateSchedule(base: 0.1, iterations: steps))
  run.batchSize = 16
  run.seed = seed
  run.recording = RecordingSchedule(dense: 2, interval: 3, evaluationInterval: 4)
  return run
}

func record(
  _ run: RunConfiguration, output: String, safekeeping: Safekeeping = Safekeeping(),
  progress: (Training.Progress) -> Void = { _ in }
) throws -> RunRecord {
  let images = try PreparedDataset.load(run.dataset, from: nil)
  let context = RunContext(
    version: "0", oneDNN: Engine.libraryVersion, threads: 2, datasetSHA256: images.sha256,
    evaluationSet: images.evaluationSet)
  let made = try carryOut(
    run, on: images, engine: Engine(threads: 2), context: context, output: output,
    safekeeping: safekeeping, report: progress)
  return try #require(made)
}

/// The same on ranks of this process, with one thread each, for as many steps as they are let: after `stop` steps
/// the last rank asks to stop. Returns whether each has finished.
func trainOnRanks(
  _ ranks: Int, _ run: RunConfiguration, output: String, stop: Int = .max
) throws -> [Bool] {
  try ThreadedRank.run(ranks) { rank in
    let images = try PreparedDataset.load(run.dataset, from: nil)
    let context = RunContext(
      version: "0", oneDNN: Engine.libraryVersion, threads: 1, datasetSHA256: images.sha256,
      evaluationSet: images.evaluationSet)
    var asked = 0
    let safekeeping = Safekeeping(isInterrupted: {
      asked += 1
      return rank.rank == ranks - 1 && asked == stop
    })
    do {
      let made = try carryOut(
        run, on: images, engine: Engine(threads: 1), context: context, output: output,
        collective: rank, safekeeping: safekeeping, report: { _ in })
      #expect((made != nil) == (rank.rank == 0))
      return true
    } catch let interruption as Interruption {
      #expect(interruption.step == stop)
      return false
    }
  }
}

/// The files of a finished run that equal runs share, by name.
func files(of run: RunConfiguration, in output: String) throws -> [String: Data] {
  let folder = "\(output)/runs/\(run.runName)"
  var files: [String: Data] = [:]
  for name in try FileManager.default.contentsOfDirectory(atPath: folder)
  where name != "timing.json" {
    files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
  }
  return files
}
