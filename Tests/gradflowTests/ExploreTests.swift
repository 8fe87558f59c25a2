import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@Suite("The explorer's command")
struct ExploreTests {
  private let folder = NSTemporaryDirectory() + "gradflow-explore-\(UUID().uuidString)"
  private var page: String { "\(folder)/page.html" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func save(_ arguments: [String]) throws -> (status: Int32, output: String, error: String)
  {
    try runCommand(["explore", "--save", page] + arguments + ["--output", folder])
  }

  private func title() throws -> String {
    let text = try String(contentsOfFile: page, encoding: .utf8)
    let start = try #require(text.range(of: "<title>")).upperBound
    return String(text[start..<(try #require(text.range(of: "</title>"))).lowerBound])
  }

  @Test("saves all runs that there are, or those of a folder, as one page, and says where")
  func pages() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = try (0..<2).map {
      try writeRun(madeUpRecord(sampleConfiguration(seed: $0)), in: folder)
    }
    for arguments in [[], [paths[0]], [paths[0], paths[1], paths[0]]] {
      let (status, output, error) = try save(arguments)
      #expect(status == 0 && output == "\(page)\n", "\(error)")
      #expect(try !title().isEmpty)
      try FileManager.default.removeItem(atPath: page)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files == ["runs"])
  }

  @Test("an experiment's page has its question and figures, and the page of a run says where it is")
  func experiment() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let yaml = """
      question: Is this a page?
      runs:
        - plain-8
      defaults:
        dataset.name: synthetic
        network.width: 2
        schedule.iterations: 2
      budgets:
        seconds:

      """
    let file = "\(folder)/pages.yaml"
    try yaml.write(toFile: file, atomically: true, encoding: .utf8)
    let (status, output, error) = try runCommand(["run", file, "--output", folder])
    #expect(status == 0, "\(error)")
    let written = "\(folder)/explore/pages.html"
    #expect(output.contains(written))
    let text = try String(contentsOfFile: written, encoding: .utf8)
    #expect(text.contains("Is this a page?") && text.contains("data:image/svg+xml;base64,"))
  }

  @Test(
    "what is wrong is said in a sentence, and nothing is written",
    arguments: [
      (["quickstart"], "gradflow run quickstart"), ([], "There are no runs"),
      (["nonsense"], "nonsense"), (["quickstart", "nonsense"], "gradflow run quickstart"),
      (["--port", "80"], "--open, --port"), (["--threads", "2"], "--open, --port"),
    ] as [([String], String)])
  func faults(arguments: [String], words: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (status, output, error) = try save(arguments)
    #expect(status != 0 && output.isEmpty && error.contains(words), "\(error)")
    #expect(!FileManager.default.fileExists(atPath: page))
  }

  @Test("a page that cannot be written leaves what was there")
  func unwritable() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeRun(madeUpRecord(sampleConfiguration()), in: folder)
    let (status, _, error) = try runCommand(
      ["explore", "--save", "\(folder)/runs/none/page.html/x", "--output", folder])
    if status != 0 { #expect(error.contains("page.html")) }
    try FileManager.default.createDirectory(atPath: page, withIntermediateDirectories: true)
    let (second, _, complaint) = try save([])
    #expect(second != 0 && complaint.contains(page))
  }

  @Test("a port that another program has is said; subjects are for pages that are saved")
  func serving() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (status, _, error) = try runCommand(["explore", "quickstart", "--output", folder])
    #expect(status != 0 && error.contains("--save"))
    let first = command(["explore", "--output", folder])
    let pipe = Pipe()
    first.standardOutput = pipe
    first.standardError = Pipe()
    try first.run()
    defer {
      first.interrupt()
      first.waitUntilExit()
      #expect(first.terminationStatus == 0)
    }
    let address = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(address.split(separator: ":").last?.dropLast())
    let (second, _, complaint) = try runCommand(
      ["explore", "--port", String(port), "--output", folder])
    #expect(second != 0 && complaint.contains("port \(port)"), "\(complaint)")
  }
}
