import Experiments
import Foundation
import Records

/// A folder that is removed at the end of the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "gradflow-records-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
  }

  func contents(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)").sorted()
  }
}

func sampleConfiguration(seed: UInt64 = 0) -> RunConfiguration {
  var configuration = RunConfiguration(
    network: NetworkConfiguration(.plain, depth: 8, width: 2),
    dataset: DatasetConfiguration(.synthetic),
    schedule: LearningRateSchedule(base: 0.1, iterations: 2))
  configuration.seed = seed
  return configuration
}

let sampleContext = RunContext(
  version: "0.0.0", oneDNN: "2.6.3", threads: 2, datasetSHA256: "ab12",
  evaluationSet: "first 1,000 test images")

/// Records with every kind of number that can occur.
func sampleRecord(seed: UInt64 = 0) -> RunRecord {
  var record = RunRecord(
    configuration: sampleConfiguration(seed: seed), context: sampleContext)
  record.steps = [
    StepRow(step: 0, loss: 2.302585092994046, error: 90, learningRate: 0.1),
    StepRow(step: 1, loss: .infinity, error: 0.1 + 0.2, learningRate: 0.1 * 0.1),
  ]
  record.epochs = [
    EpochRow(step: 2, epoch: 2.0 / 3, trainingError: 90, evaluationError: 100)
  ]
  let first = LayerPlace(index: 1, name: "conv1", stage: 0)
  let second = LayerPlace(index: 2, name: "layer1.0.conv1", stage: 1)
  record.gradients = [
    GradientRow(
      step: 0, layer: first, kind: .weight, l2: .leastNormalMagnitude / 64,
      rms: .leastNonzeroMagnitude, maximum: 1.7e308,
      zeroFraction: 0, weightNorm: 3, updateRatio: 1e-9),
    GradientRow(
      step: 0, layer: first, kind: .activation, l2: 0, rms: 0, maximum: 0, zeroFraction: 1),
    GradientRow(
      step: 0, layer: second, kind: .weight, l2: .infinity, rms: .infinity, maximum: .infinity,
      zeroFraction: 0.5, weightNorm: 0, updateRatio: .infinity),
  ]
  record.responses = [ResponseRow(step: 0, layer: second, deviation: 1, mean: -.infinity)]
  return record
}

extension RunWriter {
  /// Writes all rows of a record.
  func append(_ record: RunRecord) {
    record.steps.forEach { append($0) }
    record.epochs.forEach { append($0) }
    append(record.gradients)
    append(record.responses)
  }
}

/// Writes a finished run.
@discardableResult
func writeRun(_ record: RunRecord, in folder: TemporaryFolder) throws -> String {
  let writer = try RunWriter(record.configuration, context: record.context, in: folder.path)
  writer.append(record)
  try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 2))
  return writer.path
}
