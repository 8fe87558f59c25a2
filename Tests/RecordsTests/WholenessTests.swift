import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("Tables are whole, or refused with what they lack")
struct WholenessTests {
  private let folder: TemporaryFolder
  private let run: RunConfiguration

  init() throws {
    folder = try TemporaryFolder()
    var run = sampleConfiguration()
    run.schedule.iterations = 9
    run.recording = RecordingSchedule(
      dense: 2, interval: 4, evaluationInterval: 3, lossInterval: 4)
    self.run = run
    try writeRun(madeUpRecord(run), in: folder.path)
  }

  private var runFolder: String { "runs/\(run.runName)" }

  /// The sentence about a table some of whose lines were changed.
  private func complaint(
    _ file: String, _ change: (inout [String]) -> Void
  ) throws -> String {
    var lines = try folder.text("\(runFolder)/\(file)").split(separator: "\n").map(String.init)
    change(&lines)
    try folder.write(lines.map { "\($0)\n" }.joined(), to: "\(runFolder)/\(file)")
    do {
      _ = try RecordStore(output: folder.path).load(run)
      return ""
    } catch { return error.description }
  }

  @Test("as it was written it is whole: every recorded step, every layer, every block")
  func whole() throws {
    let record = try RecordStore(output: folder.path).load(run)
    #expect(record.steps.map(\.step) == [0, 4, 8])
    #expect(record.evaluations.map(\.step) == [3, 6, 9])
    #expect(record.gradients.steps == [0, 1, 4, 8] && record.blocks.steps == [0, 1, 4, 8])
    #expect(record.gradients.rows(at: 4).count == 16 && record.responses.rows(at: 8).count == 8)
    #expect(record.gradients.rows(at: 5).isEmpty && record.blocks.rows(at: 1).count == 3)
  }

  @Test(
    "a row that is missing, twice there, or in another's place is named",
    arguments: [
      ("gradients.csv", "0,1,conv1,0,main,weight", "should tell of the weights of conv1"),
      ("gradients.csv", "4,8,fc,4,main,activation", "lacks the output of fc"),
      ("gradients.csv", "1,4,layer2.0.conv1,2,main,weight", "weights of layer2.0.conv1"),
      ("responses.csv", "0,8,fc,4,main", "lacks fc"),
      ("blocks.csv", "8,3,layer3.0,3,true", "lacks layer3.0"),
      ("evaluations.csv", "6,", "step 6 is missing"),
      ("evaluations.csv", "9,", "step 9 is missing"), ("steps.csv", "4,", "step 4 is missing"),
      ("steps.csv", "8,", "the last step is 4, of 9"), ("steps.csv", "0,", "step 0 is missing"),
    ])
  func missing(file: String, line: String, words: String) throws {
    let text = try complaint(file) { lines in lines.removeAll { $0.hasPrefix(line) } }
    #expect(text.contains(words) && text.contains(file), "\(text)")
    try writeRun(madeUpRecord(run), in: folder.path)
    let twice = try complaint(file) { lines in
      if let place = lines.firstIndex(where: { $0.hasPrefix(line) }) {
        lines.insert(lines[place], at: place)
      }
    }
    #expect(twice.contains("step"), "\(twice)")
  }

  @Test("whole steps that are missing, too many, or in another order are named")
  func steps() throws {
    for file in ["gradients.csv", "responses.csv", "blocks.csv"] {
      try writeRun(madeUpRecord(run), in: folder.path)
      let missing = try complaint(file) { $0.removeAll { $0.hasPrefix("4,") } }
      #expect(missing.contains("step 4 is missing"), "\(missing)")
      try writeRun(madeUpRecord(run), in: folder.path)
      let last = try complaint(file) { $0.removeAll { $0.hasPrefix("8,") } }
      #expect(last.contains("step 8 is missing"), "\(last)")
      try writeRun(madeUpRecord(run), in: folder.path)
      let other = try complaint(file) { lines in
        lines = lines.map { $0.hasPrefix("4,") ? "5" + $0.dropFirst() : $0 }
      }
      #expect(other.contains("step 4 is missing") || other.contains("step 5 is not"), "\(other)")
      try writeRun(madeUpRecord(run), in: folder.path)
      let beyond = try complaint(file) { lines in
        lines += lines.filter { $0.hasPrefix("8,") }.map { "9223372036854775807" + $0.dropFirst() }
      }
      #expect(beyond.contains("is not one of the run"), "\(beyond)")
      try writeRun(madeUpRecord(run), in: folder.path)
      let turned = try complaint(file) { lines in
        let first = lines.filter { $0.hasPrefix("0,") }
        lines.removeAll { $0.hasPrefix("0,") }
        lines += first
      }
      #expect(turned.contains("step 0 is missing"), "\(turned)")
    }
  }

  @Test(
    "numbers out of their ranges are refused",
    arguments: [
      ("steps.csv", ",50,", ",101,"), ("steps.csv", ",50,", ",-1,"), ("steps.csv", ",0.1", ",-1"),
      ("evaluations.csv", ",60", ",160"), ("evaluations.csv", ",0,", ",-2,"),
      ("gradients.csv", ",0,0,0,,", ",0,0,1.5,,"), ("gradients.csv", ",0,0,0,,", ",0,-2,0,,"),
      ("gradients.csv", ",0,0,0,,", ",0,0,0,-3,"), ("responses.csv", ",0.5,0", ",-0.5,0"),
      ("blocks.csv", "1,,0.5,,1,", "1,,0.5,2,1,"), ("blocks.csv", "false", "no"),
      ("blocks.csv", "1,,0.5,,1,", "1,,-0.5,,1,"),
    ])
  func ranges(file: String, old: String, new: String) throws {
    let text = try complaint(file) { lines in
      if let place = lines.firstIndex(where: { $0.contains(old) }) {
        lines[place] = lines[place].replacingOccurrences(of: old, with: new)
      }
    }
    #expect(text.contains(file) && text.contains("line "), "\(text)")
  }

  @Test("a run that ended where it diverged is whole up to there")
  func diverged() throws {
    var configuration = run
    configuration.stopsWhenDiverged = true
    var record = madeUpRecord(configuration)
    record.steps = (0..<6).map {
      StepRow(step: $0, loss: $0 == 5 ? .nan : 1, error: 50, learningRate: 0.1)
    }
    record.evaluations = record.evaluations.filter { $0.step <= 6 }
    record.gradients = RecordTable(record.gradients.all.filter { $0.step < 6 })
    record.responses = RecordTable(record.responses.all.filter { $0.step < 6 })
    record.blocks = RecordTable(record.blocks.all.filter { $0.step < 6 })
    try writeRun(record, in: folder.path)
    let read = try RecordStore(output: folder.path).load(configuration)
    #expect(read.steps.map(\.step) == [0, 4, 5] && read.divergedStep == 5)
    // Of a run that does not end there the rest is missing.
    #expect(read.gradients.steps == [0, 1, 4])
    try writeRun(madeUpRecord(run), in: folder.path)
    #expect(try complaint("steps.csv") { $0.removeAll { $0.hasPrefix("8,") } }.contains("of 9"))
  }

  @Test("a table larger than memory is read from its file, row by row the same")
  func large() throws {
    let record = try RecordStore(output: folder.path).load(run)
    let path = "\(folder.path)/\(runFolder)/gradients.csv"
    let held = try RecordTable<GradientRow>(path, of: record.run, .finished(steps: 9))
    let unheld = try RecordTable<GradientRow>(
      path, of: record.run, .finished(steps: 9), memoryLimit: 10)
    #expect(held == unheld && unheld.steps == [0, 1, 4, 8])
    #expect(unheld.rows(at: 4) == record.gradients.rows(at: 4) && unheld.rows(at: 3).isEmpty)
    #expect(unheld.all == record.gradients.all)
    var seen: [Int] = []
    unheld.forEachStep { step, rows in seen.append(step * rows.count) }
    #expect(seen == [0, 16, 64, 128])
    // What replaces the file later is not seen.
    try FileManager.default.removeItem(atPath: path)
    #expect(unheld.rows(at: 8) == record.gradients.rows(at: 8))
  }

  @Test("lines longer than any part that is read at once are read, up to a limit")
  func longLines() throws {
    let name = String(repeating: "x", count: 200_000)
    let layer = RunDescription.Layer(
      LayerPlace(index: 1, name: name, stage: 0), kind: "Linear", parameters: 1)
    let recorded = RunDescription(
      recorded: .init(name: "long", role: .none, depth: 1), layers: [layer], conditions: [:],
      context: RunContext(version: "1"))
    func load(_ text: String) throws -> RecordTable<ResponseRow> {
      try folder.write("\(ResponseRow.columns.joined(separator: ","))\n\(text)", to: "long.csv")
      return try RecordTable(
        "\(folder.path)/long.csv", of: recorded, .finished(steps: nil), memoryLimit: 10)
    }
    let lines = (0..<5).map { "\($0),1,\(name),0,main,1,0\n" }.joined()
    #expect(try load(lines).rows(at: 3).first?.layer.name.count == 200_000)
    let error = #expect(throws: RecordError.self) {
      try load("0,1,\(name)\(name)\(name),0,main,1,0\n")
    }
    #expect(error?.description.contains("too long") == true)
  }

  @Test("reading writes nothing")
  func readOnly() throws {
    func state() throws -> [String: Date] {
      let path = "\(folder.path)/runs"
      var dates: [String: Date] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
        dates[name] =
          try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.modificationDate]
          as? Date
      }
      return dates
    }
    let thinned = "\(folder.path)/\(runFolder)/steps.csv"
    try FileManager.default.copyItem(atPath: thinned, toPath: "\(thinned).thinned")
    let before = try state()
    let store = RecordStore(output: folder.path)
    _ = try store.load(run)
    _ = store.runNames() + store.interruptedNames()
    _ = store.interruptedStep(run)
    #expect(try state() == before)
  }
}
