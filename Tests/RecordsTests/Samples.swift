import Experiments
import Foundation
import Records
import SampleRecords

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

/// Records with every kind of number that can occur.
func sampleRecord(seed: UInt64 = 0) -> RunRecord {
  var record = madeUpRecord(sampleConfiguration(seed: seed))
  record.steps = [
    StepRow(step: 0, loss: 2.302585092994046, error: 90, learningRate: 0.1),
    StepRow(step: 1, loss: .infinity, error: 0.1 + 0.2, learningRate: 0.1 * 0.1),
  ]
  record.evaluations = [
    EvaluationRow(step: 2, epoch: 2.0 / 3, trainingError: 90, evaluationError: 100)
  ]
  var gradients = record.gradients.all
  gradients[0].l2 = .leastNormalMagnitude / 64
  gradients[0].rms = .leastNonzeroMagnitude
  gradients[0].maximum = 1.7e308
  (gradients[0].weightNorm, gradients[0].updateRatio) = (3, 1e-9)
  gradients[1].l2 = 0
  gradients[1].zeroFraction = 1
  gradients[2].l2 = .infinity
  (gradients[2].weightNorm, gradients[2].updateRatio) = (0, .infinity)
  record.gradients = RecordTable(gradients)
  var responses = record.responses.all
  responses[0].mean = -.infinity
  record.responses = RecordTable(responses)
  return record
}
