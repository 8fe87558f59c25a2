import Foundation
import Testing

@testable import CairoRendering

@Suite("Runs that other programs recorded")
struct RecordedRunTests {
  private let folder = NSTemporaryDirectory() + "gradflow-recorded-\(UUID().uuidString)"

  /// Writes a run of three layers whose first gets nothing.
  @discardableResult
  private func record(
    _ name: String, ending: String = "", steps: Int = 4, format: Int = 2, error: String = ""
  ) throws -> String {
    let path = "\(folder)/runs/\(name)\(ending)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let layers = ["first.conv", "middle", "head"]
    let described = layers.enumerated().map { index, layer in
      """
      {"index": \(index + 1), "name": "\(layer)", "stage": \(index), "path": "main", "kind": "Linear",
      "parameters": 4}
      """
    }
    let subject = try JSONEncoder().encode(name.replacing(",", with: ";"))
    try write(
      """
      {"format": \(format), "source": "recorded", "layers": [\(described.joined(separator: ","))],
      "subject": {"name": \(String(decoding: subject, as: UTF8.self)), "role": "none", "depth": 3},
      "conditions": {"optimizer": "SGD"}, "context": {"version": "1"}}
      """, to: "\(path)/run.json")
    let lines = (0..<steps).map { "\($0),\(3 - Double($0) / Double(steps)),\(error),0.1\n" }
    try write("step,loss,error,learning_rate\n" + lines.joined(), to: "\(path)/steps.csv")
    let gradients = (0..<min(steps, 20)).flatMap { step in
      layers.enumerated().map { index, layer in
        "\(step),\(index + 1),\(layer),\(index),main,weight,\(index == 0 ? "1e-9" : "0.5"),1,1,0,2,0.001\n"
      }
    }
    try write(
      "step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,update_ratio\n"
        + gradients.joined(), to: "\(path)/gradients.csv")
    return path
  }

  private func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }

  private func drawn(_ paths: [String], _ more: [String] = []) throws -> Set<String> {
    let result = try runCommand(["draw", "--output", folder] + more + ["--runs"] + paths)
    #expect(result.status == 0, "\(result.error)")
    return Set(result.output.split(separator: "\n").map { String($0.dropFirst(folder.count + 9)) })
  }

  private func files(_ names: [String]) -> Set<String> {
    Set(names.flatMap { name in ["png", "svg", "csv"].map { "\(name).\($0)" } })
  }

  @Test("they are drawn and called after themselves, or as asked for")
  func drawing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, two) = (try record("encoder"), try record("decoder", ending: ".partial"))
    let kinds = ["curves", "gradient-by-depth", "gradient-over-time", "update-ratio"]
    #expect(try drawn([one]) == files(kinds.map { "encoder-\($0)" }))
    let lock = "\(folder)/runs/decoder.partial.lock"
    try write("", to: lock)
    let both = try drawn([one, "\(folder)/runs/decoder", two, lock], ["--format", "svg"])
    #expect(try runCommand(["diagnose", lock]).status == 1)
    #expect(both.contains("encoder-and-decoder-curves.svg") && both.count == 8)
    let svg = try String(
      contentsOfFile: "\(folder)/figures/encoder-and-decoder-curves.svg", encoding: .utf8)
    #expect(svg.contains("Training loss of networks") && svg.contains(">encoder"))
    #expect(try drawn([one], ["--name", "a/b"]) == files(kinds.map { "a-b-\($0)" }))
  }

  @Test(
    "any name is drawn",
    arguments: [
      "naïve “model” 模型 🎉", "<script>alert(1)<⁄script> & \"quoted\", 'it'",
      String(repeating: "long", count: 60), "...", "-rf", "new\nline",
    ])
  func names(name: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try record(name)
    let files = try drawn(["\(folder)/runs/./" + name])
    #expect(files.count >= 12)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/figures")
    #expect(names.count == 12 && names.allSatisfy { !$0.hasPrefix(".") && !$0.contains("\n") })
    for name in names where name.hasSuffix(".svg") {
      let data = try #require(FileManager.default.contents(atPath: "\(folder)/figures/\(name)"))
      #expect(!String(decoding: data, as: UTF8.self).contains("<script"))
      #expect(throws: Never.self, "\(name)") { try MarkupElement(parsing: Array(data)) }
    }
    let told = try runCommand(["diagnose", "--json", path])
    let reports = try JSONSerialization.jsonObject(with: Data(told.output.utf8))
    #expect((reports as? [[String: Any]])?.first?["run"] as? String == name)
  }

  @Test("very many steps are drawn in small pictures")
  func longRun() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try record("long", steps: 100_000, error: "50")
    for file in try drawn([path]) where !file.hasSuffix(".png") {
      let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/figures/\(file)")[
        .size]
      #expect(try #require(size as? Int) < 400_000, "\(file)")
    }
  }

  @Test(
    "what is no run, or cannot be read, is told in a sentence by every command, and nothing is drawn",
    arguments: [["draw", "--runs"], ["diagnose"]])
  func refusals(command: [String]) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let newer = try record("newer", format: 3)
    let damaged = try record("damaged")
    try write("step,loss,error,learning_rate\n0,1,,0.1\n1,x,,0.1\n", to: "\(damaged)/steps.csv")
    let short = try record("short")
    try write("step,loss,error,learning_rate\n0,1,,0.1\n1,", to: "\(short)/steps.csv")
    let incomplete = try record("incomplete")
    try FileManager.default.removeItem(atPath: "\(incomplete)/gradients.csv")
    for (path, words) in [
      (folder, "not the folder of a run"), ("\(folder)/nothing", "not the folder of a run"),
      (newer, "its format is 3 and this program reads 1 to 2; use a newer version of gradflow"),
      (damaged, "steps.csv, line 3: “x” is not a number"),
      (short, "steps.csv: the last line is incomplete"), (incomplete, "gradients.csv"),
    ] {
      let result = try runCommand(command + [path])
      #expect(result.status == 1 && result.output.isEmpty)
      #expect(result.error.contains(words) && result.error.contains(path), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/figures"))
    // What is cut off is the future of a run under way.
    try FileManager.default.moveItem(atPath: short, toPath: "\(short).partial")
    #expect(try runCommand(["diagnose", short]).output.contains("1 step so far"))
  }

  @Test("options that contradict each other are refused")
  func contradictions() throws {
    let cases = [
      ["draw", "--name", "a"], ["draw", "regimes", "--runs", "a"],
      ["draw", "--budget", "hours", "--runs", "a"],
    ]
    for arguments in cases { #expect(try runCommand(arguments).status == 64) }
  }

  @Test("the doctor says what is wrong, since when, and what to try, or that all is well")
  func diagnosis() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try record("encoder", ending: ".partial")
    let text = try runCommand(["diagnose", "\(path)/"])
    #expect(text.status == 0)
    for words in [
      "encoder, 3 layers, 4 steps so far: vanishes.\n",
      "  Vanishes: 1 of 3 layers: “first.conv”, from step 0 to the end.\n",
      "  Seen: at step 0 “first.conv” gets 2.0×10⁻⁹, and “middle” 1.0.\n",
      "    1. ReLU or GELU with He’s initialization, Glorot’s for tanh (lesson 2).\n",
    ] { #expect(text.output.contains(words), "\(text.output)") }
    let json = try runCommand(["diagnose", "--json", path])
    let reports = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let report = try #require((reports as? [[String: Any]])?.first)
    #expect(report["isHealthy"] as? Bool == false && report["isGrowing"] as? Bool == true)
    let symptom = try #require((report["symptoms"] as? [[String: Any]])?.first)
    #expect(symptom["kind"] as? String == "vanishes" && symptom["overSince"] == nil)
    #expect(symptom["layers"] as? [String] == ["first.conv"])
  }

  @Test("one that is damaged does not keep the doctor from the others")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = [try record("broken"), try record("encoder")]
    try write("step,loss\n", to: "\(paths[0])/steps.csv")
    let result = try runCommand(["diagnose"] + paths)
    #expect(result.status == 1 && result.error.contains("\(paths[0])/steps.csv"), "\(result.error)")
    #expect(result.output.hasPrefix("encoder, 3 layers"), "\(result.output)")
  }

  @Test("they are exported, each run to a folder or line by line, the same bytes each time")
  func export() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = [try record("encoder"), try record("decoder", ending: ".partial")]
    let events = try runCommand(["export", "--tensorboard", "\(folder)/events"] + paths)
    let written = ["encoder", "decoder"].map {
      "\(folder)/events/\($0)/events.out.tfevents.0000000000.gradflow"
    }
    #expect(events.status == 0 && events.output == written.map { "\($0)\n" }.joined())
    let first = try #require(FileManager.default.contents(atPath: written[0]))
    #expect(try runCommand(["export", "--tensorboard", "\(folder)/events", paths[0]]).status == 0)
    #expect(FileManager.default.contents(atPath: written[0]) == first && first.count > 500)
    let lines = try runCommand(["export", "--jsonl", "\(folder)/a/b.jsonl"] + paths)
    #expect(lines.output == "\(folder)/a/b.jsonl\n")
    let text = try String(contentsOfFile: "\(folder)/a/b.jsonl", encoding: .utf8)
    #expect(try runCommand(["export", "--jsonl", "-"] + paths).output == text)
    for line in text.split(separator: "\n") {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test("where an export cannot go is told in a sentence")
  func exportRefusals() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try record("encoder")
    #expect(try runCommand(["export", path]).status == 64)
    #expect(try runCommand(["export", "--jsonl", "a", "--tensorboard", "b", path]).status == 64)
    #expect(try runCommand(["export", "--jsonl", "a", "--all", path]).status == 64)
    #expect(try runCommand(["export", "--jsonl", "a"]).status == 64)
    let copy = "\(folder)/copy/encoder"
    try FileManager.default.createDirectory(
      atPath: "\(folder)/copy", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    for (arguments, words) in [
      (["--tensorboard", folder, path, copy], "two runs called encoder"),
      (["--jsonl", folder, path], "Cannot write \(folder)"),
      (["--tensorboard", "\(path)/run.json", path], "a file has that name"),
      (["--jsonl", "\(folder)/x", folder], "not the folder of a run"),
      (["--jsonl", "\(path)/steps.csv", path], "which is exported; choose another place"),
    ] {
      let result = try runCommand(["export"] + arguments)
      #expect(result.status == 1 && result.error.contains(words), "\(result.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/x"))
  }

  @Test("they are listed with how far they are, and what cannot be read beside them")
  func listing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try record("encoder")
    try record("decoder", ending: ".partial", steps: 3000)
    try write("{", to: "\(try record("broken"))/run.json")
    let output = try runCommand(["list", "--output", folder]).output
    #expect(output.contains("\(folder)/runs/encoder encoder: 3 layers, 4 steps.\n"))
    #expect(
      output.contains("\(folder)/runs/decoder.partial decoder: 3 layers, 3,000 steps so far.\n"))
    #expect(output.contains("\(folder)/runs/broken/run.json: this is not JSON"))
  }
}
