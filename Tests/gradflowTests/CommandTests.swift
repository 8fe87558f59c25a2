import Foundation
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

  @Test(
    "the distance between words",
    arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)])
  func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
  }

  @Test(
    "times are read at a glance",
    arguments: [(0, "0 s"), (59.4, "59 s"), (67, "1:07 min"), (3600, "1:00 h"), (7445, "2:04 h")])
  func times(seconds: Double, text: String) {
    #expect(clockTime(.seconds(seconds)) == text)
  }

  @Test(
    "ratios have the digits that count",
    arguments: [
      (346.4, "346"), (3.21, "3.2"), (0.88, "0.88"), (0.0483, "0.0483"), (2.14e-7, "2.1e-7"),
      (0, "0"), (.infinity, "inf"), (.nan, "nan"),
    ] as [(Double, String)])
  func ratios(value: Double, text: String) {
    #expect(significant(value) == text)
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

  @Test("mistakes get one sentence that helps, and a status that is not zero")
  func mistakes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = folder + "/file"
    try Data().write(to: URL(fileURLWithPath: file))
    for (arguments, words) in [
      (["run", "quikstart"], ["quikstart", "Did you mean “quickstart”?"]),
      (["draw", "quickstart-curve"], ["Did you mean “quickstart-curves”?"]),
      (["run", "quickstart", "--data", folder], ["train-images-idx3-ubyte", folder, "apt-get"]),
      (["run", "quickstart", "--seeds", "0"], ["--seeds 0"]),
      (["run", "quickstart", "--threads", "0"], ["0 threads"]),
      (["run", "quickstart", "--data", "synthetic", "--output", file + "/x"], [file, "--output"]),
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
      (["probe", "--network", "resnet-20", "--weights", file], [file, "safetensors"]),
      (
        ["probe", "--network", "resnet-20", "--batch", file + "x"], [file + "x", "cannot be read"]
      ),
      (["draw", "--format", "gif"], ["gif"]),
    ] {
      let process = try runCommand(arguments)
      #expect(process.status != 0)
      for word in words { #expect(process.error.contains(word), "\(arguments): \(process.error)") }
      #expect(process.error.split(separator: "\n").count <= 4, "\(process.error)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
  }
}
