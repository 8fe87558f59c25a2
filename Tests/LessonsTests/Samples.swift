import Experiments
import Foundation
import Records
import SampleRecords

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
    for seed in 0..<UInt64(seeds) {
      for (index, run) in plan.runs(ofSeed: seed).enumerated() {
        let error = 10 * Double(seed) + Double(index + 1)
        // Twice the gradient at every layer toward the first one.
        try writeRun(
          madeUpRecord(run, error: { _ in error }, evaluation: { _ in 50 }) { layer, _ in
            pow(2, Double(run.network.depth - layer))
          }, in: "\(path)/\(output)")
      }
    }
  }
}
