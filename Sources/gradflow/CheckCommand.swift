import ArgumentParser
import Experiments
import Figures
import Foundation
import Lessons
import Records
import Wording

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Compares the lessons with the records, figures, sources and commands they speak of.",
    discussion: """
      With --lessons and --output of your own, --refresh copies the lessons there and puts the numbers \
      of your runs beside those of the reference: gradflow check --refresh --output mine --lessons \
      mine/lessons
      """)

  @Flag(help: "Put the numbers, tables and captions of the records into the lessons first.")
  var refresh = false

  @Flag(
    name: .customLong("run"),
    help: "Run every command of the lessons, at the smallest budget, in a temporary folder.")
  var runs = false

  @Option(
    help: ArgumentHelp(
      "With --run, train no longer than so many steps where no other command needs the records.",
      valueName: "steps"))
  var steps: Int?

  @Option(help: ArgumentHelp("The folder of the lessons.", valueName: "dir"))
  var lessons = CheckCommand.home

  @OptionGroup var options: OutputOptions

  /// Where the lessons of the project are, and the records that they speak of.
  private static let home = "notebooks-md"
  private static let reference = "output"

  func validate() throws {
    if steps != nil, !runs { throw ValidationError("--steps is for --run.") }
    if let steps, steps < 1 { throw ValidationError("--steps should be 1 or more.") }
  }

  func run() throws {
    let isCopy = standardized(lessons) != standardized(Self.home)
    let results =
      isCopy ? resultsOfLearner : Results(reference: RecordStore(output: options.output))
    if refresh {
      if isCopy { try Course(folder: Self.home).copy(to: lessons) }
      for path in try Course(folder: lessons).refresh(from: results) { print("\(path) refreshed") }
    }
    let course = try Course(folder: lessons)
    let check = CourseCheck(course, results: results, complaint: complaint)
    let findings = check.findings()
    for finding in findings { print(finding) }
    guard findings.isEmpty else {
      throw Complaint("\(findings.count) thing\(findings.count == 1 ? "" : "s") to mend.")
    }
    print(check.summary)
    if runs { try runCommands(of: course) }
  }

  /// The reference's numbers with a learner's beside them, and the learner's figures where there are
  /// some.
  private var resultsOfLearner: Results {
    let (folder, own) = (standardized(lessons), standardized(options.output))
    let reference = standardized(Self.reference)
    return Results(
      reference: RecordStore(output: reference),
      own: own == reference ? nil : RecordStore(output: own)
    ) { name in
      let path = "\(own)/figures/\(name).png"
      let isThere = FileManager.default.fileExists(atPath: path)
      return relativePath(
        from: folder, to: isThere ? path : "\(reference)/figures/\(name).png")
    }
  }

  /// What is wrong with a command, as far as can be known without running it.
  private func complaint(_ arguments: [String]) -> String? {
    do {
      switch try Gradflow.parseAsRoot(arguments) {
      case let command as RunCommand:
        // Files are those of the lessons; they are read when they are run.
        if !command.experiment.hasSuffix(".yaml") {
          let experiment = try findExperiment(command.experiment, settings: command.settings)
          _ = try experiment.plan(command.budget)
        }
      case let command as DrawCommand: try command.requireKnownFigures()
      case let command as DescribeCommand: _ = try command.network?.configuration()
      case let command as ProbeCommand: _ = try command.network.configuration()
      default: break
      }
      return nil
    } catch {
      let message = Gradflow.message(for: error)
      return message.isEmpty ? "it is not understood." : message
    }
  }

  // MARK: - Running

  private func runCommands(of course: Course) throws {
    let folder = NSTemporaryDirectory() + "gradflow-lessons-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in course.files {
      try writeAtomically(Array(file.text.utf8), to: "\(folder)/\(file.name)")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let clock = ContinuousClock()
    var done: [[String]] = []
    let needed = Set(course.commands.flatMap(drawn))
    for words in course.commands {
      guard let safe = safe(words) else { continue }
      let command = shortened(safe, unless: needed)
      if done.contains(command) { continue }
      done.append(command)
      let start = clock.now
      let status = try execute(command, in: folder)
      print("\(clockTime(clock.now - start)): gradflow \(command.joined(separator: " "))")
      guard status == 0 else {
        throw Complaint("gradflow \(words.joined(separator: " ")) failed with status \(status).")
      }
    }
    print("\(done.count) commands of the lessons work.")
  }

  /// The command at the smallest budget, with its output where it does no harm; nil for those that need
  /// files of the reader's, or fetch something. Runs that are drawn or diagnosed are those of the
  /// reference.
  private func safe(_ words: [String]) -> [String]? {
    let known = ["run", "draw", "list", "describe", "probe", "recorder", "diagnose"]
    guard let name = words.first, known.contains(name) else { return nil }
    if words.contains("--weights") || words.contains("--batch") { return nil }
    var command: [String] = []
    var skipped = false
    for word in words {
      if skipped {
        skipped = false
      } else if ["--budget", "--seeds", "--output"].contains(word) {
        skipped = true
      } else if word.hasPrefix("\(Self.reference)/runs/") {
        command.append("\(standardized(options.output))\(word.dropFirst(Self.reference.count))")
      } else {
        command.append(word)
      }
    }
    return command
  }

  /// The experiments whose records a command draws from.
  private func drawn(_ words: [String]) -> [String] {
    guard words.first == "draw" else { return [] }
    return Figure.catalog.filter { words.contains($0.name) }.compactMap(\.experiment?.name)
  }

  /// A training of so few steps as are asked for, where nothing needs its records.
  private func shortened(_ words: [String], unless needed: Set<String>) -> [String] {
    guard let steps, words.count > 1, words[0] == "run", !needed.contains(words[1]),
      let runs = Experiment.named(words[1])?.plans[0].runs(ofSeed: 0),
      runs.allSatisfy({ $0.schedule.iterations > steps })
    else { return words }
    return words + ["--set", "schedule.iterations=\(steps)"]
  }

  private func execute(_ arguments: [String], in folder: String) throws -> Int32 {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = FileHandle.nullDevice
    // Where this is interrupted, so is that, and the folder is removed.
    InterruptSignals.isTraining = true
    defer { InterruptSignals.isTraining = false }
    try process.run()
    InterruptSignals.share(with: process.processIdentifier)
    process.waitUntilExit()
    InterruptSignals.share(with: nil)
    if InterruptSignals.received != 0 { throw ExitCode(128 + InterruptSignals.received) }
    return process.terminationStatus
  }
}
