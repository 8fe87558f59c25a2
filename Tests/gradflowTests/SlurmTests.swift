import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@testable import gradflow

/// Programs of Slurm of a few lines stand for the real ones, which `.ci/slurm` runs: they write down what they
/// are told.
@Suite("Sweeps on a cluster")
struct SlurmTests {
  private let folder = NSTemporaryDirectory() + "gradflow cluster \(UUID().uuidString)"
  private var output: String { "\(folder)/out put" }
  private var sweep: String { "\(output)/slurm/quickstart-seconds-synthetic-iterations-20" }

  private let arguments = [
    "run", "quickstart", "--data", "synthetic", "--set", "schedule.iterations=20",
  ]

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private func text(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// A cluster whose arrays have two tasks at most; sbatch refuses after so many jobs.
  private func makeCluster(refusingAfter jobs: Int = 100) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/bin", withIntermediateDirectories: true)
    let programs = [
      "sbatch": """
      cd '\(folder)'
      count=$(cat told 2>/dev/null | wc -l)
      [ "$count" -lt \(jobs) ] || { echo 'sbatch: error: QOSMaxSubmitJob' >&2; exit 1; }
      echo "$@" >>told
      echo "$((count + 41));cluster"
      """,
      "squeue":
        "cat '\(folder)/queue' 2>/dev/null || { echo 'Invalid job id specified' >&2; exit 1; }",
      "scontrol": "echo 'MaxArraySize            = 3'",
      "sinfo": "echo 'main* 20:00'",
    ]
    for (name, text) in programs { try write("#!/bin/sh\n\(text)\n", "\(folder)/bin/\(name)") }
  }

  private func call(
    _ arguments: [String], slurm: Bool = true
  ) throws -> (status: Int32, output: String, error: String) {
    let path = slurm ? "\(folder)/bin:/usr/bin:/bin" : "\(folder)/none"
    return try runCommand(arguments + ["--output", output], environment: ["PATH": path])
  }

  private var told: [String] { text("\(folder)/told").split(separator: "\n").map(String.init) }

  @Test("what is missing is submitted once, the drawing after it, and the folder says what")
  func submitted() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeCluster()
    let first = try call(arguments + ["--slurm", "--cpus", "1"])
    #expect(first.status == 0 && first.error.isEmpty, "\(first.error)")
    #expect(
      told == [
        "--parsable --array=1-2 \(sweep)/train.sh", "--parsable --array=1-2 \(sweep)/train.sh 2",
        "--parsable --dependency=afterany:41:42,singleton \(sweep)/draw.sh",
      ])
    #expect(first.output.contains("scancel 41 42 43"))
    #expect(text("\(sweep)/jobs.txt") == "41 training 0\n42 training 2\n43 drawing\n")
    let runs = text("\(sweep)/runs.txt").split(separator: "\n").map(String.init)
    let networks = ["plain-20", "resnet-20", "plain-56", "resnet-56"]
    #expect(zip(runs, networks).allSatisfy { $0.hasPrefix("\($1)-synthetic-s0-") })
    let script = text("\(sweep)/train.sh")
    #expect(script.contains("#SBATCH --cpus-per-task=1\n"))
    // Ten minutes and little more, as few steps take.
    #expect(script.contains("#SBATCH --time=00:1"))
    // One run is pending, one running, one ended by itself, and one finished.
    let name = "gradflow-quickstart-seconds-synthetic-iterations-20"
    try write(
      "41 1 PENDING \(name)\n42 1 RUNNING \(name)\n43 N/A PENDING \(name)-drawing\n",
      "\(folder)/queue")
    let list = try call(["list", "quickstart-seconds-synthetic-iterations-20"])
    #expect(list.output.contains("4 runs: 1 running, 1 pending, 2 missing."), "\(list.output)")
    #expect(list.output.contains("pending as 41_1") && list.output.contains("running as 42_1"))
    let trained = try call(arguments + ["--only", runs[1], "--no-draw", "--threads", "1"])
    #expect(trained.status == 0 && !trained.output.contains("Charts"), "\(trained.error)")
    let second = try call(arguments + ["--slurm", "--time", "1:00:00", "--mem", "5G"])
    #expect(second.status == 0 && second.output.contains("Finished before: 1 run."))
    #expect(second.output.contains("In the queue or running before: 2 runs."))
    #expect(
      told.dropFirst(3) == [
        "--parsable --array=2 \(sweep)/train.sh 2",
        "--parsable --dependency=afterany:41:42:44,singleton \(sweep)/draw.sh",
      ])
    #expect(text("\(sweep)/train.sh").contains("#SBATCH --mem=5G\n#SBATCH --time=1:00:00\n"))
    let refused = try call(arguments + ["--slurm", "--fresh"])
    #expect(refused.status == 1 && refused.error.contains("scancel 41_1 42_1"))
  }

  @Test("nothing is submitted of what is under way; a drawing is, where none waits")
  func again() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeCluster()
    let one = arguments + ["--only", "plain-20", "--slurm", "--time", "30"]
    #expect(try call(one).status == 0 && told.count == 2)
    let name = "gradflow-quickstart-seconds-synthetic-iterations-20"
    try write("41 1 PENDING \(name)\n42 N/A PENDING \(name)-drawing\n", "\(folder)/queue")
    let second = try call(one)
    #expect(second.output.contains("There is nothing to submit.") && told.count == 2)
    try write("41 1 PENDING \(name)\n", "\(folder)/queue")
    #expect(try call(one + ["--no-draw"]).output.contains("There is nothing to submit."))
    #expect(try call(one).status == 0)
    #expect(
      told.dropFirst(2) == ["--parsable --dependency=afterany:41,singleton \(sweep)/draw.sh"])
    // Another sweep that wants the same run waits for it, too.
    let other = try call(
      arguments + ["--slurm", "--time", "30", "--set", "recording.interval=250"])
    #expect(other.status == 0 && told.last?.contains("afterany:41:") == true, "\(told)")
  }

  @Test("where sbatch refuses, what was submitted is remembered and told")
  func refused() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeCluster(refusingAfter: 1)
    let result = try call(arguments + ["--slurm", "--time", "30"])
    #expect(result.status == 1)
    for words in [
      "sbatch refuses 2 runs (array 2 of 2): error: QOSMaxSubmitJob.", "remembered: job 41",
      "the same command submits the rest",
    ] { #expect(result.error.contains(words), "\(result.error)") }
    #expect(text("\(sweep)/jobs.txt") == "41 training 0\n")
    try makeCluster(refusingAfter: 0)
    let nothing = try call(arguments + ["--slurm", "--time", "30"])
    #expect(nothing.status == 1 && nothing.error.contains("Nothing was submitted."))
  }

  @Test("a dry run shows runs, scripts and commands, and writes nothing, without Slurm, too")
  func dryRun() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeCluster()
    for slurm in [true, false] {
      let result = try call(
        arguments + ["--slurm", "--dry-run", "--sbatch-option", "--qos=long"], slurm: slurm)
      #expect(result.status == 0, "\(result.error)")
      for words in [
        "resnet-56 ", " on ", "==> \(sweep)/runs.txt <==", "#SBATCH --qos=long",
        "\(sweep)/draw.sh <==", "Nothing was written or submitted.",
        slurm
          ? "sbatch --parsable --array=1-2 '\(sweep)/train.sh' 2"
          : "sbatch --parsable --array=1-4 '\(sweep)/train.sh'",
      ] { #expect(result.output.contains(words), "\(words): \(result.output)") }
      #expect(told.isEmpty && !FileManager.default.fileExists(atPath: output))
    }
  }

  @Test("mistakes get a sentence, and write nothing")
  func mistakes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try makeCluster()
    for (more, words) in [
      (["--partition", "main"], "--partition is for --slurm"),
      (["--sbatch-option", "--qos=long"], "--sbatch-option is for --slurm"),
      (["--slurm", "--time", "4"], "five minutes"), (["--slurm", "--time", "soon"], "12:00:00"),
      (["--slurm", "--mem", "many"], "8G"), (["--slurm", "--cpus", "0"], "1 to 4096"),
      (["--slurm", "--sbatch-option", "qos"], "dashes"), (["--slurm", "--threads", "2"], "--cpus"),
      (["--slurm", "--time", "30", "--mem", "1M"], "needs about"),
      (["--slurm", "--no-train"], "--no-train"), (["--no-train"], "nothing to draw"),
    ] {
      let result = try call(arguments + more)
      #expect(result.status != 0 && result.error.contains(words), "\(more): \(result.error)")
    }
    let none = try call(arguments + ["--slurm"], slurm: false)
    #expect(
      none.status == 1 && none.error.contains("There is no s") && none.error.contains("Slurm"))
    #expect(none.error.split(separator: "\n").count == 1)
    #expect(!FileManager.default.fileExists(atPath: output))
    let unknown = try call(["list", "nothing"])
    #expect(unknown.status == 1 && unknown.error.contains("no sweep “nothing”"))
  }

  @Test(
    "what has finished is drawn: the experiment's figures of most of its runs, or else those of any"
  )
  func drawing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let experiment = try #require(Experiment.named("quickstart"))
      .setting([try Assignment("schedule.iterations", "20")])
    let runs = experiment.plans[0].onSyntheticImages.runs()
    for run in runs.prefix(2) { try writeRun(madeUpRecord(run), in: output) }
    let part = try call(arguments + ["--no-train"])
    #expect(part.error.contains("Not finished: plain-56 and resnet-56."), "\(part.error)")
    let name = "quickstart-seconds-synthetic-iterations-20-so-far"
    #expect(part.status == 0 && part.output.contains("figures/\(name)-curves.png"))
    #expect(FileManager.default.fileExists(atPath: "\(output)/explore/\(name).html"))
    try writeRun(madeUpRecord(runs[2]), in: output)
    let most = try call(arguments + ["--no-train"])
    #expect(most.status == 0 && most.error.contains("Not finished: resnet-56."), "\(most.error)")
    #expect(most.output.contains("figures/quickstart-curves-iterations-20.png"))
    try writeRun(madeUpRecord(try #require(runs.last)), in: output)
    let whole = try call(arguments + ["--no-train"])
    #expect(whole.status == 0 && whole.error.isEmpty, "\(whole.error)")
    #expect(
      whole.output.contains("figures/quickstart-curves-iterations-20.png")
        && !whole.output.contains("so-far"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(output)/runs").count == 4)
  }

  @Test("what a task asks for covers the estimate, and is bounded")
  func resources() {
    #expect(RunCommand.taskGigabytes(1 << 30) == 4 && RunCommand.taskGigabytes(0) == 2)
    #expect(RunCommand.taskGigabytes(.max) > 1000)
    #expect(RunCommand.taskMinutes(0) == 10 && RunCommand.taskMinutes(3600) == 100)
    #expect(RunCommand.taskMinutes(.infinity) == 365 * 24 * 60)
  }
}
