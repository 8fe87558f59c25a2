import Foundation
import Testing

@Suite("Processors")
struct ProcessorTests {
  /// What a benchmark of a tiny network says of its threads.
  private func threads(_ arguments: [String], environment: [String: String]) throws -> Int {
    struct Report: Decodable { let threads: Int }
    let small = ["bench", "--network", "plain-8", "--batch", "4", "--size", "8", "--steps", "1"]
    let process = try runCommand(small + ["--json"] + arguments, environment: environment)
    try #require(process.status == 0, "\(process.error)")
    return try JSONDecoder().decode(Report.self, from: Data(process.output.utf8)).threads
  }

  @Test(
    "an engine has no more threads than OpenMP grants",
    arguments: [("1", 2, 1), ("2", 3, 2), ("3", 2, 2)])
  func threadLimit(limit: String, asked: Int, granted: Int) throws {
    #expect(
      try threads(["--threads", "\(asked)"], environment: ["OMP_THREAD_LIMIT": limit]) == granted)
  }

  @Test("a training on fewer threads than were asked for ends, and its records say how many")
  func limitedTraining() throws {
    let folder = NSTemporaryDirectory() + "gradflow-limited-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = try runCommand(
      [
        "run", "quickstart", "--only", "resnet-20", "--data", "synthetic", "--threads", "2",
        "--set", "schedule.iterations=2", "--output", folder,
      ], environment: ["OMP_THREAD_LIMIT": "1"])
    #expect(process.status == 0, "\(process.error)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs")
    let description = try String(
      contentsOfFile: "\(folder)/runs/\(runs.first ?? "")/run.json", encoding: .utf8)
    #expect(description.contains("\"threads\" : 1,"))
  }
}
