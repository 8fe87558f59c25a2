import Experiments
import Figures
import Foundation
import SampleRecords
import Testing

@Suite("Lessons are refreshed and their commands run")
struct CheckCommandTests {
  /// Where `notebooks-md` and `output` are.
  private let folder = NSTemporaryDirectory() + "gradflow-check-\(UUID().uuidString)"

  init() throws {
    for name in ["notebooks-md", "output/figures", "temporary"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
  }

  /// Runs `gradflow check` there.
  private func check(
    _ arguments: String...
  ) throws -> (status: Int32, output: String, error: String) {
    let process = command(["check"] + arguments)
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging([
      "TMPDIR": "\(folder)/temporary"
    ]) { $1 }
    return try outcome(of: process)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  /// Writes a lesson with all pictures that a course must have, and these lines.
  private func write(_ lines: String) throws {
    var lesson = "# One\n\n\(lines)\n"
    for name in Figure.catalog.map(\.name) {
      lesson += "\n![\(name)](../output/figures/\(name).png)\n"
      _ = FileManager.default.createFile(
        atPath: "\(folder)/output/figures/\(name).png", contents: Data())
    }
    try lesson.write(
      toFile: "\(folder)/notebooks-md/01.md", atomically: false, encoding: .utf8)
  }

  /// Writes finished runs of the quickstart with a training error, in percent.
  private func finishQuickstart(error: Double, in output: String) throws {
    for run in Experiment.quickstart.plans[0].runs() {
      try writeRun(madeUpRecord(run, error: { _ in error }), in: "\(folder)/\(output)")
    }
  }

  @Test("a number that drifted is a mistake until --refresh has put it right, and then never again")
  func refresh() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try finishQuickstart(error: 12.5, in: "output")
    try write("It errs in <!--= quickstart/seconds/plain-20/training-error -->99<!--/--> percent.")
    let drifted = try check()
    #expect(drifted.status != 0 && drifted.error.contains("1 thing to mend"), "\(drifted.error)")
    #expect(
      drifted.output.hasPrefix("notebooks-md/01.md:3: ") && drifted.output.contains("“12.5”"),
      "\(drifted.output)")
    let refreshed = try check("--refresh")
    #expect(refreshed.status == 0, "\(refreshed.output)\(refreshed.error)")
    #expect(refreshed.output.hasPrefix("notebooks-md/01.md refreshed\n"))
    #expect(refreshed.output.contains(": 1 value, 0 figures and tables, 0 links"))
    let lesson = try text("notebooks-md/01.md")
    #expect(lesson.contains("training-error -->12.5<!--/--> percent."))
    #expect(!lesson.contains("99"))
    let again = try check("--refresh")
    #expect(again.status == 0 && !again.output.contains("refreshed"))
    #expect(try check().status == 0)
    #expect(try text("notebooks-md/01.md") == lesson)
  }

  @Test(
    "a learner's copy gets the learner's numbers beside the others; the lessons stay as they are")
  func copy() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try finishQuickstart(error: 12.5, in: "output")
    try finishQuickstart(error: 37.5, in: "mine")
    try write(
      "<!-- results quickstart seconds -->\n<!-- /results -->\n\nSee [above](01.md#one).")
    #expect(try check("--refresh").status == 0)
    let lesson = try text("notebooks-md/01.md")
    #expect(lesson.contains("| plain-56 | 12.5 |") && !lesson.contains("37.5"), "\(lesson)")
    let own = ["--refresh", "--output", "mine", "--lessons", "mine/lessons"]
    let result = try check(own[0], own[1], own[2], own[3], own[4])
    #expect(result.status == 0, "\(result.output)\(result.error)")
    #expect(result.output.hasPrefix("mine/lessons/01.md refreshed\n"))
    let copy = try text("mine/lessons/01.md")
    let row = try #require(copy.split(separator: "\n").first { $0.hasPrefix("| plain-56 |") })
    #expect(row.contains("12.5") && row.contains("37.5"), "\(row)")
    #expect(copy.contains("](../../output/figures/cost.png)"))
    #expect(try text("notebooks-md/01.md") == lesson)
  }

  @Test("commands of lessons run at the smallest budget, each once, where they do no harm")
  func commands() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write(
      """
      ```yaml
      # own.yaml
      question: Does it run?
      runs: [plain-8]
      defaults:
        dataset: {name: synthetic, imageSize: 8, evaluationImages: 50}
        network.width: 4
        schedule.iterations: 2
        batchSize: 8
      budgets:
        seconds:
        hours: {schedule.iterations: 100000000}
      ```

      ```sh
      gradflow describe plain-20     # a comment
      gradflow run own.yaml --budget hours --output mine --seeds 3
      gradflow draw own.yaml
      gradflow describe plain-20
      gradflow probe --network plain-8 --weights weights.safetensors
      gradflow data download cifar-10
      gradflow bench --network resnet-1202
      ```
      """)
    let result = try check("--run")
    #expect(result.status == 0, "\(result.output)\(result.error)")
    let lines = result.output.split(separator: "\n")
    #expect(
      lines.compactMap { $0.firstMatch(of: /^\d+ s: (gradflow .*)$/)?.1 } == [
        "gradflow describe plain-20", "gradflow run own.yaml", "gradflow draw own.yaml",
      ])
    #expect(lines.last == "3 commands of the lessons work.")
    for (name, expected) in [
      ("", ["notebooks-md", "output", "temporary"]), ("output", ["figures"]), ("temporary", []),
    ] {
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)").sorted()
          == expected)
    }
  }

  @Test("a command of a lesson that fails is named, and nothing is left of the attempt")
  func failing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try write("```sh\ngradflow list\ngradflow draw quickstart-curves\ngradflow describe\n```")
    let result = try check("--run")
    #expect(result.status != 0)
    #expect(result.error.contains("gradflow draw quickstart-curves failed with status 1"))
    #expect(!result.output.contains("work.") && !result.output.contains("gradflow describe"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/temporary").isEmpty)
  }
}
