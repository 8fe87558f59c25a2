import Foundation
import Testing

@Suite("Runs survive being killed", .serialized)
struct InterruptionTests {
  private let folder = NSTemporaryDirectory() + "gradflow-killed-\(UUID().uuidString)"

  private func start(_ output: String, checkpoint: Double) throws -> Process {
    let process = command([
      "run", "quickstart", "--only", "resnet-56", "--data", "synthetic", "--threads", "1",
      "--checkpoint", "\(checkpoint)", "--output", output,
    ])
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func files(in output: String) throws -> [String: Data] {
    let runs = try FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    try #require(runs.count == 1, "\(runs)")
    let run = "\(output)/runs/\(runs[0])"
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: run)
    where name != "timing.json" {
      files[name] = FileManager.default.contents(atPath: "\(run)/\(name)")
    }
    return files
  }

  @Test("killed at twenty random moments and continued, a run equals one that was not, to the byte")
  func killed() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (whole, broken) = ("\(folder)/whole", "\(folder)/broken")
    let process = try start(whole, checkpoint: 60)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var kills = 0
    while kills < 20 {
      let process = try start(broken, checkpoint: 0.02)
      // Between start-up and the end: loading, training, saving and evaluating are all met.
      try await Task.sleep(for: .milliseconds(Int.random(in: 100..<1200)))
      guard process.isRunning else { break }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
    }
    let last = try start(broken, checkpoint: 60)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
    #expect(kills >= 10, "the run was over after \(kills) kills")
    let (expected, found) = (try files(in: whole), try files(in: broken))
    #expect(expected.count == 6 && expected.keys.sorted() == found.keys.sorted())
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
  }
}
