import Experiments
import Foundation
import Records

@testable import Lessons

/// Lessons and records in a folder that is removed at the end of the test: `notebooks-md`, and `output`
/// with the quickstart's runs.
final class TemporaryCourse {
  let path: String
  var folder: String { "\(path)/notebooks-md" }
  var store: RecordStore { RecordStore(output: "\(path)/output") }

  init() throws {
    path = NSTemporaryDirectory() + "gradflow-lessons-\(UUID().uuidString)"
    for name in ["notebooks-md", "output/figures", "Sources"] {
      try FileManager.default.createDirectory(
        atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try writeAtomically(Array(text.utf8), to: "\(path)/\(name)")
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  func lesson(_ text: String) -> Lesson { Lesson(path: "\(folder)/01.md", text: text) }

  /// What is wrong with a lesson, but for figures that no lesson shows.
  func complaints(
    _ text: String, complaint: @escaping ([String]) -> String? = { _ in nil }
  ) throws -> [String] {
    try write(text, to: "notebooks-md/01.md")
    let course = try Course(folder: folder)
    let check = CourseCheck(
      course, results: Results(reference: store), complaint: complaint)
    return check.findings().filter { $0.path.hasSuffix("01.md") }.map {
      "\($0.line): \($0.sentence)"
    }
  }

  /// Writes finished runs of the quickstart.
  func finishQuickstart(seeds: Int = 1, output: String = "output") throws {
    try finish(Experiment.quickstart.plans[0], seeds: seeds, output: output)
  }

  /// Writes finished runs whose training error is 10 times the seed and the place of the run, counted
  /// from 1.
  func finish(_ plan: Experiment.Plan, seeds: Int = 1, output: String = "output") throws {
    let context = RunContext(
      version: "0", oneDNN: "0", threads: 1, datasetSHA256: "", evaluationSet: "none")
    for seed in 0..<UInt64(seeds) {
      for (index, run) in plan.runs(ofSeed: seed).enumerated() {
        let writer = try RunWriter(run, context: context, in: "\(path)/\(output)")
        let error = 10 * Double(seed) + Double(index + 1)
        writer.append(StepRow(step: 0, loss: 1, error: error, learningRate: 0.1))
        writer.append(EpochRow(step: 250, epoch: 1, trainingError: error, evaluationError: 50))
        writer.append(gradients(depth: run.network.depth))
        try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 1))
      }
    }
  }

  /// Twice the gradient at every layer toward the first one, at two steps.
  private func gradients(depth: Int) -> [GradientRow] {
    [0, 249].flatMap { step in
      (1...depth).flatMap { index in
        GradientRow.Kind.allCases.map { kind in
          let stage = index == 1 ? 0 : index == depth ? 4 : 1 + (index - 2) * 3 / (depth - 2)
          var norm = 1.0
          for _ in index..<depth { norm *= 2 }
          return GradientRow(
            step: step, layer: LayerPlace(index: index, name: "l\(index)", stage: stage),
            kind: kind,
            l2: norm, rms: 1, maximum: 1, zeroFraction: 0)
        }
      }
    }
  }
}
