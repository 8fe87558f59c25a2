import Foundation
import Testing

@Suite("Runs that two programs want", .serialized)
struct SharedRunTests {
  private let folder = NSTemporaryDirectory() + "gradflow-shared-\(UUID().uuidString)"

  private func arguments(_ output: String, _ more: String...) -> [String] {
    [
      "run", "degradation", "--data", "synthetic", "--threads", "1", "--set",
      "schedule.iterations=20", "--no-draw", "--output", output,
    ] + more
  }

  private func runs(in output: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")) ?? []
  }

  @Test("a run that another program has finished since this one began is not trained again")
  func finishedMeanwhile() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (other, output) = ("\(folder)/other", "\(folder)/output")
    #expect(try runCommand(arguments(other, "--only", "plain-56")).status == 0)
    let deeper = try #require(runs(in: other).first)

    let process = command(arguments(output))
    let words = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = words
    try process.run()
    while !runs(in: output).contains(where: { $0.hasPrefix("plain-20") }) { usleep(2_000) }
    let copy = "\(output)/runs/\(deeper)"
    try FileManager.default.moveItem(atPath: "\(other)/runs/\(deeper)", toPath: copy)
    let timing = try FileManager.default.attributesOfItem(atPath: "\(copy)/timing.json")
    let text = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    #expect(text.contains("plain-56 was finished by another program meanwhile.\n"))
    let after = try FileManager.default.attributesOfItem(atPath: "\(copy)/timing.json")
    #expect(after[.systemFileNumber] as? Int == timing[.systemFileNumber] as? Int)
    #expect(runs(in: output).count == 2)
  }
}
