import Experiments
import Foundation
import Randomness
import Records
import SampleRecords
import Testing

@Suite("Corrupt records are refused with file and line")
struct CorruptionTests {
  private let folder: TemporaryFolder
  private let run = sampleConfiguration().runName

  init() throws {
    folder = try TemporaryFolder()
    try writeRun(sampleRecord(), in: folder.path)
  }

  /// Replaces text in a file of the run and returns the error of reading it.
  private func fault(in file: String, replacing old: String, by new: String) throws -> RecordError {
    let text = try folder.text("runs/\(run)/\(file)")
    try #require(text.contains(old))
    try folder.write(text.replacingOccurrences(of: old, with: new), to: "runs/\(run)/\(file)")
    return try #require(
      #expect(throws: RecordError.self) { try RecordStore(output: folder.path).load(run) })
  }

  @Test(
    "each fault names its line",
    arguments: [
      ("steps.csv", "step,loss", "loss,step", 1), ("steps.csv", "1,inf,", "1,wide,", 3),
      ("steps.csv", "1,inf,", "1,", 3), ("steps.csv", "1,inf,", "1,inf,inf,", 3),
      ("steps.csv", "1,inf,", "-1,inf,", 3), ("steps.csv", "1,inf,", "1, 2,", 3),
      ("steps.csv", "1,inf,", "1,0x1p3,", 3), ("steps.csv", "1,inf,", "1,,", 3),
      ("steps.csv", "0,2.3", "\n0,2.3", 2), ("evaluations.csv", ",90,", ",ninety,", 2),
      ("gradients.csv", "activation", "activity", 3), ("gradients.csv", ",1,,\n", ",1,,,\n", 3),
      ("responses.csv", "-inf", "-infinit", 2),
    ])
  func lines(file: String, old: String, new: String, line: Int) throws {
    let error = try fault(in: file, replacing: old, by: new)
    guard case .malformed(let path, let found, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path == "\(folder.path)/runs/\(run)/\(file)" && found == line)
    #expect(error.description.contains("line \(line)"))
  }

  @Test("a last line without its end is noticed")
  func truncated() throws {
    let error = try fault(in: "steps.csv", replacing: "02\n", by: "02")
    #expect(error.description.contains("incomplete"))
  }

  @Test("an empty file, and one that is missing, are noticed")
  func missing() throws {
    try folder.write("", to: "runs/\(run)/steps.csv")
    #expect(throws: RecordError.self) { try RecordStore(output: folder.path).load(run) }
    try FileManager.default.removeItem(atPath: "\(folder.path)/runs/\(run)/steps.csv")
    let error = #expect(throws: RecordError.self) {
      try RecordStore(output: folder.path).load(run)
    }
    #expect(error?.description.contains("steps.csv") == true)
  }

  @Test(
    "a description that is not this run's is refused",
    arguments: [
      ("{", "", "JSON"), ("\"depth\" : 8", "\"depth\" : 14", "subject"),
      ("\"format\" : 2", "\"format\" : 9", "9"),
      ("\"kind\" : \"plain\"", "\"kind\" : \"pain\"", "kind"),
      ("\"threads\" : 2", "\"thread\" : 2", "threads"),
    ])
  func description(old: String, new: String, word: String) throws {
    let error = try fault(in: "run.json", replacing: old, by: new)
    #expect(error.description.contains("run.json") && error.description.contains(word))
  }

  @Test("a name cannot lead out of the folder of runs")
  func escape() {
    #expect(throws: RecordError.self) {
      try RecordStore(output: folder.path).load("../runs/\(run)")
    }
  }

  @Test("five thousand random mutations are read or refused, and nothing else happens")
  func mutations() throws {
    let store = RecordStore(output: folder.path)
    var random = SeededGenerator(state: 7)
    var refused = 0
    for file in [
      "steps.csv", "evaluations.csv", "gradients.csv", "responses.csv", "blocks.csv", "run.json",
    ] {
      let path = "\(folder.path)/runs/\(run)/\(file)"
      let original = Array(try #require(FileManager.default.contents(atPath: path)))
      for _ in 0..<800 * fuzzFactor {
        try Data(mutated(original, using: &random)).write(to: URL(fileURLWithPath: path))
        do { _ = try store.load(run) } catch { refused += 1 }
      }
      try Data(original).write(to: URL(fileURLWithPath: path))
    }
    #expect(refused > 1000)
    #expect(throws: Never.self) { try store.load(run) }
  }
}
