import ExperimentFiles
import Experiments
import Foundation
import Randomness
import Testing

private func experiment(
  _ yaml: String, path: String = "mine/deeper.yaml"
) throws(ExperimentFileError) -> Experiment {
  try ExperimentFile.experiment(yaml: Array(yaml.utf8), path: path, taken: ["quickstart"])
}

@Suite("A learner's own experiment")
struct ExperimentFileTests {
  @Test("a question and a network are enough; all else is as in the catalog")
  func shortest() throws {
    let found = try experiment("question: Why?\nruns: [plain-20, resnet-20]\n")
    #expect(found.name == "deeper" && found.arguments == "mine/deeper.yaml")
    #expect(found.question == "Why?" && found.plans.map(\.budget) == [.seconds])
    let runs = Experiment.quickstart.plans[0].runs(ofSeed: 0)
    #expect(found.plans[0].runs() == Array(runs.prefix(2)))
  }

  @Test("the README's example is one")
  func readme() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    let yaml = try #require(text.split(separator: "```yaml\n").last?.split(separator: "```").first)
    let found = try experiment(String(yaml))
    #expect(found.plans.map(\.budget) == [.seconds, .minutes])
    #expect(found.plans[1].runs().count == 9)
  }

  @Test("defaults come first, then the run, then the budget; however keys are nested")
  func precedence() throws {
    let found = try experiment(
      """
      question: Which wins?
      seeds: 2
      defaults:
        network.width: 5
        schedule: {base: 0.5, drops: [10, "20:0.5"]}
        batchSize: 32
      runs:
        - network: {name: plain-20, activation: tanh}
          schedule.base: 0.25
        - resnet-20
      budgets:
        hours:
          seeds: 1
          schedule: {base: 0.125}
        seconds:
      """)
    #expect(found.plans.map(\.budget) == [.seconds, .hours])
    let seconds = found.plans[0].runs()
    #expect(seconds.map(\.seed) == [0, 0, 1, 1])
    #expect(seconds.map(\.network.width) == [5, 5, 5, 5])
    #expect(seconds.map(\.schedule.base) == [0.25, 0.5, 0.25, 0.5])
    #expect(seconds[0].network.activation == .tanh && seconds[0].batchSize == 32)
    #expect(seconds[0].schedule.drops == [.init(at: 10), .init(at: 20, factor: 0.5)])
    let hours = found.plans[1].runs()
    #expect(hours.map(\.schedule.base) == [0.125, 0.125] && hours[0].dataset.name == .cifar10)
  }

  @Test(
    "mistakes are told with file, line, and what to write instead",
    arguments: [
      ("", nil, "empty"), ("question: x", nil, "“runs” is missing"),
      ("runs: [plain-20]", nil, "“question” is missing"),
      ("question: x\nruns: []", 2, "one run or more"),
      ("question: x\nruns: plain-20", 2, "list"),
      ("question: x\nrnus: [plain-20]", 2, "“runs”?"),
      ("question: x\nruns:\n  - network: plain-21", 3, "6n+2"),
      ("question: x\nruns:\n  - batchSize: 5", 3, "names no network"),
      ("question: x\nruns:\n  - network: plain-20\n    batchSize: 0", 4, "1 to 65536"),
      ("question: x\nruns: [plain-20]\ndefaults:\n  schedule:\n    bas: 1", 5, "“schedule.base”?"),
      ("question: x\nruns: [plain-20]\ndefaults: {batchSize: }", 3, "no value"),
      ("question: x\nruns: [plain-20]\ndefaults: 5", 3, "key: value"),
      ("question: x\nruns: [plain-20]\ndefaults: {network.width: [1, [2]]}", 3, "no value"),
      ("question: x\nruns:\n- plain-20\n- plain-20", 4, "line 3"),
      ("question: x\nruns: [vgg-16]", 2, "32 pixels"),
      ("question: x\nruns: [plain-20]\nbudgets: [day]", 3, "seconds, minutes"),
      ("question: x\nruns: [plain-20]\nbudgets: [hours, hours]", 3, "twice"),
      ("question: x\nruns: [plain-20]\nseeds: 0", 3, "1 to 100"),
      ("question: x\nquestion: y\nruns: [plain-20]", 1, "twice"),
      ("question: x\nruns: [plain-20", 3, "not YAML"), ("\t", 1, "not YAML"),
      ("question: x\n? [a]\n: b", 2, "keys"), ("- a", 1, "key: value"), ("\u{7}", nil, "YAML"),
    ] as [(String, Int?, String)])
  func mistakes(yaml: String, line: Int?, words: String) throws {
    let error = #expect(throws: ExperimentFileError.self) { try experiment(yaml) }
    #expect(error?.line == line)
    let sentence = try #require(error?.description)
    #expect(sentence.hasPrefix("mine/deeper.yaml:") && sentence.contains(words), "\(sentence)")
  }

  @Test(
    "names that would hide others, leave the folder or be no names are refused",
    arguments: ["quickstart.yaml", "../x/Ä.yaml", "a b.yaml", ".yaml", "UPPER.yaml", "-.yaml"])
  func names(path: String) {
    #expect(throws: ExperimentFileError.self) {
      try experiment("question: x\nruns: [plain-20]", path: path)
    }
  }

  @Test("a file that is missing, a folder, or too long is told so")
  func files() throws {
    let folder = NSTemporaryDirectory() + "gradflow-files-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: "\(folder)/folder.yaml", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let long = "question: x\n" + String(repeating: "# much\n", count: 100_000)
    try long.write(toFile: "\(folder)/long.yaml", atomically: false, encoding: .utf8)
    for (name, words) in [
      ("none.yaml", "cannot be read"), ("folder.yaml", "cannot be read"), ("long.yaml", "too many"),
    ] {
      #expect { try ExperimentFile.experiment(at: "\(folder)/\(name)", taken: []) } throws: {
        "\($0)".contains(words)
      }
    }
  }

  @Test("nesting and aliases without end are refused, not followed")
  func bombs() {
    for part in ["[", "{a: ", "- "] {
      let yaml = "question: x\nruns: " + String(repeating: part, count: 20_000)
      #expect(throws: ExperimentFileError.self) { try experiment(yaml) }
    }
    var laughs = "question: x\na0: &a0 [plain-20]\n"
    for level in 1..<60 {
      laughs += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
    }
    #expect(throws: ExperimentFileError.self) { try experiment(laughs + "runs: *a59\n") }
  }

  @Test("no mutation of a file crashes or hangs, and every refusal is a sentence")
  func fuzz() {
    let yaml = """
      question: Does a deep network learn with tanh?
      seeds: 2
      defaults: {schedule: {base: 0.05, drops: [100, 200:0.5], warmUp: paper}, batchSize: 64}
      runs:
        - plain-20-no-bn-tanh
        - network: {name: resnet-20, width: 8}
          dataset: {name: cifar-10, imageSize: 16, trainingImages: all}
          initialization: normal(0.01)
      budgets:
        seconds: {seeds: 1}
        minutes: {schedule.iterations: 300}
      """
    let pieces = [
      "[", "{", "}", "]", ":", "&a", "*a", "!!", "|", ">", "\n", "\n  ", "- ", "nan", "1e999",
      "\u{0}", "\u{FEFF}", "é", "'", "\"", "#", "%", "<<: ", "~", "-", "9999999999999999999",
    ].map { Array($0.utf8) }
    var random = SeededGenerator(state: 1)
    let factor = ProcessInfo.processInfo.environment["GRADFLOW_FUZZ"].flatMap { Int($0) } ?? 1
    for _ in 0..<(2000 * factor) {
      var bytes = Array(yaml.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.replaceSubrange(place..<end, with: pieces.randomElement(using: &random) ?? [])
        case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        default: bytes.insert(contentsOf: bytes[place..<end], at: place)
        }
      }
      do {
        let found = try ExperimentFile.experiment(yaml: bytes, path: "x.yaml", taken: [])
        #expect(found.plans.allSatisfy { !$0.runs(seeds: 1).isEmpty })
      } catch {
        #expect(error.description.hasPrefix("x.yaml") && error.description.count < 400)
      }
    }
  }
}
