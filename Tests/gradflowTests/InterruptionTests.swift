import Foundation
import Testing

@Suite("Runs survive being killed", .serialized)
struct InterruptionTests {
  private let folder = NSTemporaryDirectory() + "gradflow-killed-\(UUID().uuidString)"

  private func start(
    _ output: String, checkpoint: Double, settings: [String] = []
  ) throws -> Process {
    let process = command(
      [
        "run", "quickstart", "--only", "resnet-56", "--data", "synthetic", "--threads", "1",
        "--checkpoint", "\(checkpoint)", "--output", output,
      ] + settings.flatMap { ["--set", $0] })
    let words = "\(output)-words"
    _ = FileManager.default.createFile(atPath: words, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: words)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Waits for something to become true, ten minutes at most.
  private func wait(every microseconds: UInt32 = 20_000, _ condition: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(600)
    while try !condition() {
      try #require(ContinuousClock.now < deadline)
      usleep(microseconds)
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

  /// A moment in the life of a run, as it can be seen from outside.
  private enum Moment: CaseIterable {
    case begun, saving, saved, recorded, evaluated

    /// The file that changes then; nil where a run that continues says so.
    var file: String? {
      switch self {
      case .begun: nil
      case .saving: "checkpoint.safetensors.partial"
      case .saved: "checkpoint.safetensors"
      case .recorded: "gradients.csv"
      case .evaluated: "evaluations.csv"
      }
    }
  }

  /// Which file has a name, how long it is, and when it was written; nil where there is none.
  private func version(of path: String) -> [AnyHashable?]? {
    guard let found = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    return [.systemFileNumber, .size, .modificationDate].map { found[$0] as? AnyHashable }
  }

  @Test(
    "killed as it begins, saves, records and evaluates, and continued, a run equals a whole one")
  func killed() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (whole, broken) = ("\(folder)/whole", "\(folder)/broken")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // Often enough that each moment is never far away.
    let settings = [
      "schedule.iterations=120", "recording.interval=4", "recording.evaluationInterval=8",
    ]
    let process = try start(whole, checkpoint: 60, settings: settings)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(whole)/runs").first)
    let state = "\(broken)/runs/\(run).partial/checkpoint.safetensors"
    var kills: [Moment] = []
    // The first one saves before it is killed, so that all others continue, and so does every one that
    // is killed later than at its beginning: at last the run is over.
    for moment in [.saved] + (0..<3).flatMap({ _ in Moment.allCases }) {
      let path = moment.file.map { "\(broken)/runs/\(run).partial/\($0)" }
      let before = (path.flatMap(version), version(of: state))
      let process = try start(broken, checkpoint: 0, settings: settings)
      func hasCome() throws -> Bool {
        guard let path else {
          let words = try String(contentsOfFile: "\(broken)-words", encoding: .utf8)
          return words.contains("continues after step")
        }
        return ![nil, before.0].contains(version(of: path)) && version(of: state) != before.1
      }
      try wait(every: 1000) { try !process.isRunning || hasCome() }
      guard process.isRunning else {
        let words = try String(contentsOfFile: "\(broken)-words", encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(words)")
        break
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      kills.append(moment)
    }
    let last = try start(broken, checkpoint: 60, settings: settings)
    last.waitUntilExit()
    #expect(last.terminationStatus == 0)
    #expect(Set(kills) == Set(Moment.allCases), "the run was over after \(kills)")
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
    let owner = "by process \(first.processIdentifier) on "
    #expect(second.status != 0 && second.error.contains(owner), "\(second.error)")
  }
}
