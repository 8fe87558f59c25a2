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
    let words = "\(output)-words"
    _ = FileManager.default.createFile(atPath: words, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: words)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits for something to become true, a minute at most.
  private func wait(_ condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
      try #require(ContinuousClock.now < deadline)
      usleep(20_000)
    }
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
  func killed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (whole, broken) = ("\(folder)/whole", "\(folder)/broken")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let process = try start(whole, checkpoint: 60)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var kills = 0
    while kills < 20 {
      let process = try start(broken, checkpoint: 0.02)
      // Between start-up and the end: loading, training, saving and evaluating are all met.
      usleep(UInt32.random(in: 100_000..<1_200_000))
      guard process.isRunning else {
        let words = try String(contentsOfFile: "\(broken)-words", encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(words)")
        break
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills += 1
    }
    let last = try start(broken, checkpoint: 60)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
    #expect(kills >= 10, "the run was over after \(kills) kills")
    let (expected, found) = (try files(in: whole), try files(in: broken))
    #expect(expected.count == 7 && expected.keys.sorted() == found.keys.sorted())
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
  }

  @Test(
    "a full disk gets one sentence, and what was written before stays whole and is continued from")
  func fullDisk() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runs = "\(folder)/runs"
    var checkpoint: String {
      let run = try? FileManager.default.contentsOfDirectory(atPath: runs).first
      return "\(runs)/\(run ?? "")/checkpoint.safetensors"
    }
    let arguments = [
      "run", "quickstart", "--only", "plain-20", "--data", "synthetic", "--threads", "1",
      "--checkpoint", "0", "--output", folder,
    ]
    let begun = command(arguments)
    begun.standardError = FileHandle.nullDevice
    begun.standardOutput = FileHandle.nullDevice
    try begun.run()
    try wait { FileManager.default.fileExists(atPath: checkpoint) }
    kill(begun.processIdentifier, SIGKILL)
    begun.waitUntilExit()
    // Blocks of 512 bytes: the state is larger.
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let words = [command([]).executableURL?.path ?? ""] + arguments
    shell.arguments = ["-c", "ulimit -f 400; exec \"$@\"", "sh"] + words
    let error = Pipe()
    shell.standardError = error
    shell.standardOutput = FileHandle.nullDevice
    try shell.run()
    let complaint = String(
      decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    let last = complaint.split(separator: "\n").last.map(String.init) ?? ""
    #expect(shell.terminationStatus != 0 && last.contains("Cannot write"), "\(complaint)")
    let process = try runCommand(arguments)
    #expect(process.status == 0 && process.error.contains("continues after step"))
  }

  @Test("SIGTERM ends it at any time: while loading, training, saving, evaluating")
  func terminated() async throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var statuses: Set<Int32> = []
    for milliseconds in [0, 20, 60, 150, 400, 800, 1200] {
      let process = try start(folder, checkpoint: 0)
      usleep(UInt32(milliseconds) * 1000)
      process.terminate()
      process.waitUntilExit()
      statuses.insert(
        process.terminationReason == .exit ? process.terminationStatus : SIGTERM + 128)
    }
    #expect(statuses == [143])
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs").first)
    #expect(run.hasSuffix(".partial"))
  }

  @Test("a second signal ends it at once, whatever computes: nothing is saved any more")
  func twice() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // A single step of this takes long.
    let process = command([
      "run", "quickstart", "--only", "resnet-56", "--data", "synthetic", "--threads", "1",
      "--set", "network.width=64", "--set", "batchSize=512", "--output", folder,
    ])
    let words = "\(folder)-words"
    _ = FileManager.default.createFile(atPath: words, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: words) }
    process.standardError = FileHandle(forWritingAtPath: words)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    try wait {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs")) ?? []
      return names.contains { $0.hasSuffix(".partial") }
    }
    usleep(300_000)
    process.terminate()
    usleep(50_000)
    #expect(process.isRunning)
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    let text = try String(contentsOfFile: words, encoding: .utf8)
    #expect(text.contains("Interrupted.") && !text.contains("after step"), "\(text)")
    let runs = try FileManager.default.subpathsOfDirectory(atPath: folder)
    #expect(!runs.contains { $0.hasSuffix("checkpoint.safetensors") })
  }

  @Test("of two that want the same run the second is told so")
  func concurrent() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try start(folder, checkpoint: 60)
    defer { first.terminate() }
    try wait {
      (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs"))?.isEmpty == false
    }
    let second = try runCommand([
      "run", "quickstart", "--only", "resnet-56", "--data", "synthetic", "--output", folder,
    ])
    #expect(second.status != 0 && second.error.contains("another process"), "\(second.error)")
  }
}
