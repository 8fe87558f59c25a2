import Foundation
import Testing

@Suite("Processors")
struct ProcessorTests {
  private static let taskset = "/usr/bin/taskset"

  /// What a benchmark of a tiny network says of its threads, called by other commands if there are any.
  private func threads(
    _ arguments: [String] = [], environment: [String: String] = [:], by caller: [String] = []
  ) throws -> Int {
    struct Report: Decodable { let threads: Int }
    let process = command(
      ["bench", "--network", "plain-8", "--batch", "4", "--size", "8", "--steps", "1", "--json"]
        + arguments)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let first = caller.first {
      process.arguments =
        caller.dropFirst() + [process.executableURL?.path ?? ""] + (process.arguments ?? [])
      process.executableURL = URL(fileURLWithPath: first)
    }
    let result = try outcome(of: process)
    try #require(result.status == 0, "\(result.error)")
    return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).threads
  }

  @Test(
    "a command that is bound to one processor computes on one thread, unless more are asked for",
    .enabled(if: FileManager.default.isExecutableFile(atPath: taskset)))
  func bound() throws {
    let caller = [Self.taskset, "-c", "0"]
    #expect(try threads(by: caller) == 1)
    #expect(try threads(["--threads", "2"], by: caller) == 2)
  }

  @Test("that OpenMP binds its threads to processors does not count as having one")
  func boundByOpenMP() throws {
    #expect(try threads(environment: ["OMP_PROC_BIND": "true"]) == threads())
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
