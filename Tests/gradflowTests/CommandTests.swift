import Experiments
import Figures
import Foundation
import Records
import SampleRecords
import Testing

@testable import gradflow

@Suite("Words of the command")
struct WordTests {
  @Test("a misspelt name gets the nearest one, a wild one none")
  func suggestions() {
    let names = ["quickstart", "depth-sweep"]
    #expect(unknown("experiment", "quikstart", among: names).contains("“quickstart”?"))
    #expect(unknown("experiment", "Depth-Swep", among: names).contains("“depth-sweep”?"))
    #expect(!unknown("experiment", "zzzzzzzzzzzzzzz", among: names).contains("Did you mean"))
    #expect(unknown("figure", "x", among: []).contains("gradflow list"))
  }
}

@Suite("The command as a user calls it")
struct CommandTests {
  private let folder = NSTemporaryDirectory() + "gradflow-command-\(UUID().uuidString)"

  @Test("list names experiments, figures, networks and data sets")
  func list() throws {
    let result = try runCommand(["list"])
    #expect(result.status == 0)
    for word in ["quickstart", "quickstart-curves", "resnet-56", "fashion-mnist", "synthetic"] {
      #expect(result.output.contains(word))
    }
  }

  @Test("what cannot be printed, and figures without a font, are told of")
  func lost() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for arguments in [["list"], ["recorder"], ["describe", "resnet-20", "--json"]] {
      let process = command(arguments)
      let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
      let error = Pipe()
      (process.standardOutput, process.standardError) = (full, error)
      try process.run()
      let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(
        process.terminationStatus == 1 && text.contains("Not all could be printed"), "\(text)")
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let fonts =
      "<fontconfig><dir>\(folder)/none</dir><cachedir>\(folder)/cache</cachedir></fontconfig>"
    try Data(fonts.utf8).write(to: URL(fileURLWithPath: "\(folder)/fonts.conf"))
    let result = try runCommand(
      ["draw", "blocks", "--output", folder],
      environment: ["FONTCONFIG_FILE": "\(folder)/fonts.conf"])
    #expect(result.status == 1 && result.error.contains("no font"), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/figures/blocks.png"))
  }

  @Test("mistakes get one sentence that helps, and a status that is not zero")
  func mistakes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for (arguments, words) in [
      (["run", "quikstart"], ["quikstart", "Did you mean “quickstart”?"]),
      (["draw", "quickstart-curve"], ["Did you mean “quickstart-curves”?"]),
      (
        ["run", "quickstart", "--data", folder, "--output", folder + "/none"],
        ["train-images-idx3-ubyte", folder, "apt-get"]
      ),
      (["run", "quickstart", "--seeds", "0"], ["--seeds 0"]),
      (["run", "quickstart", "--threads", "0"], ["0 threads"]),
      (
        ["run", "quickstart", "--data", "synthetic", "--output", file + "/x"],
        [file, "choose another"]
      ),
      (
        ["draw", "quickstart-curves", "--output", folder],
        ["no records", "gradflow run quickstart"]
      ),
      (["describe", "resnet-21"], ["resnet-21", "6n+2"]),
      (["describe", "resnet-50-D"], ["“d”", "v1.5"]),
      (["describe", "vgg-16", "--size", "31"], ["--size 31", "32 to 2048"]),
      (["describe", "--draw"], ["--draw needs"]),
      (["bench", "--steps", "0"], ["--steps 0"]),
      (
        ["bench", "--network", "resnet-152", "--batch", "65536", "--size", "224"],
        ["needs about", "GB are free", "would fit"]
      ),
      (["run", "quickstart", "--only", "plain-21"], ["--only plain-21", "resnet-56"]),
      (["run", "quickstart", "--checkpoint", "-1"], ["--checkpoint"]),
      (["bench", "--network", "resnet-20", "--batch", "0"], ["--batch 0"]),
      (["bench", "--rounds", "0"], ["--rounds 0"]),
      (["bench", "--json", "--against", "true"], ["--json and --against"]),
      (
        ["bench", "--batch", "1", "--steps", "1", "--threads", "1", "--against", "exit 3 #"],
        ["exit 3", "exit code 3"]
      ),
      (
        [
          "bench", "--batch", "1", "--steps", "1", "--threads", "1", "--against",
          "echo 1; echo {} #",
        ],
        ["echo {}", "medianStepSeconds"]
      ),
      (["probe", "--network", "resnet-20", "--weights", file], [file, "safetensors"]),
      (
        ["probe", "--network", "resnet-20", "--batch", file + "x"], [file + "x", "cannot be read"]
      ),
      (["draw", "--format", "gif"], ["gif"]),
      (["run", "quickstart", "--output", ""], ["empty", "variable"]),
      (["recorder", "--write="], ["empty"]),
      (["explore", "--threads", "0"], ["--threads should be 1"]),
      (["run", file], [file, "ends in .yaml"]),
      (
        [
          "run", "quickstart", "--data", "synthetic", "--set", "dataset.trainingImages=999999",
          "--output", folder + "/none",
        ], ["dataset.trainingImages", "999,999", "there are"]
      ),
      (["check", "--steps", "5"], ["--steps is for --run"]),
      (["check", "--run", "--steps", "0"], ["--steps should be 1"]),
      (["run", "quickstart", "--budget", "hours"], ["--budget hours", "quickstart has seconds"]),
      (["run", "quickstart", "--budget", "day"], ["day", "seconds"]),
      (["run", "quickstart", "--set", "batchSize"], ["--set batchSize", "key and a value"]),
      (["run", "quickstart", "--set", "batchsize=3"], ["“batchSize”?"]),
      (["run", "quickstart", "--set", "batchSize=0"], ["1 to 65536"]),
      (["run", "quickstart", "--set", "network.depth=21"], ["plain-21", "6n+2"]),
      (["run", "quickstart", "--set", "dataset.imageSize=13"], ["imageSize 13", "14"]),
      (["run", file + ".yaml"], [file + ".yaml", "cannot be read"]),
      (["draw", file + ".yaml"], [file + ".yaml", "cannot be read"]),
    ] {
      let process = try runCommand(arguments)
      #expect(process.status != 0)
      for word in words { #expect(process.error.contains(word), "\(arguments): \(process.error)") }
      #expect(process.error.split(separator: "\n").count <= 4, "\(process.error)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
  }

  @Test("a learner's own file is shown, trained, drawn under its name, and drawn again")
  func ownExperiment() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = "\(folder)/own.yaml"
    try """
    question: Does tanh change anything?
    runs: [plain-8, plain-8-tanh, resnet-8]
    defaults:
      dataset: {name: synthetic, imageSize: 8, evaluationImages: 50}
      network.width: 4
      schedule.iterations: 6
      batchSize: 16
    """.write(toFile: file, atomically: false, encoding: .utf8)
    let output = ["--output", "\(folder)/output", "--threads", "1"]
    let trial = try runCommand(["run", file, "--dry-run"] + output)
    #expect(trial.status == 0 && trial.output.contains("plain-8-tanh"), "\(trial.error)")
    #expect(trial.output.contains("Nothing was trained"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/output"))
    let run = try runCommand(["run", file] + output)
    #expect(run.status == 0, "\(run.error)")
    let figures = "\(folder)/output/figures"
    let names = try FileManager.default.contentsOfDirectory(atPath: figures).sorted()
    let stems = ["own-curves", "own-gradient-by-depth", "own-gradient-over-time"]
    #expect(names == stems.flatMap { ["\($0).csv", "\($0).png", "\($0).svg"] })
    let drawn = FileManager.default.contents(atPath: "\(figures)/own-curves.svg")
    try FileManager.default.removeItem(atPath: figures)
    #expect(try runCommand(["draw", file, "--output", "\(folder)/output"]).status == 0)
    #expect(FileManager.default.contents(atPath: "\(figures)/own-curves.svg") == drawn)
    let other = try runCommand(
      ["run", file, "--only", "resnet-8", "--set", "schedule.base=0.05"] + output)
    #expect(other.status == 0, "\(other.error)")
    // One of three runs makes no figure, and those of other settings stay as they are.
    #expect(try FileManager.default.contentsOfDirectory(atPath: figures).count == 9)
    let all = try runCommand(["run", file, "--set", "schedule.base=0.05"] + output)
    #expect(all.output.contains("own-curves-base-0.05.png"), "\(all.error)")
    #expect(FileManager.default.contents(atPath: "\(figures)/own-curves.svg") == drawn)
  }

  @Test("lessons are checked: what drifted is named by file and line, commands by their own parser")
  func lessons() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let none = try runCommand(["check", "--lessons", folder])
    #expect(none.status != 0 && none.error.contains("no lessons in \(folder)"))
    try """
    plain-20 has <!--= network/plain-20/layers -->21<!--/--> layers.
    Call `gradflow run quikstart`, `gradflow run degradation --budget hours`, `gradflow run x --sets 2`,
    `gradflow describe resnet-21`, `gradflow draw blokcs`, `gradflow run quickstart --set batchSize=0`.
    """.write(toFile: "\(folder)/01.md", atomically: false, encoding: .utf8)
    let check = try runCommand(["check", "--lessons", folder])
    #expect(check.status != 0 && check.error.contains("things to mend"))
    for words in [
      "01.md:1: network/plain-20/layers is “20”", "“quickstart”?", "--sets", "6n+2", "“blocks”?",
      "1 to 65536",
    ] {
      #expect(check.output.contains(words), "\(words): \(check.output)")
    }
    #expect(!check.output.contains("--budget hours"))
  }
}
