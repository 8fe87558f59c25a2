import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("Following a run under way")
struct TailTests {
  private let folder: TemporaryFolder
  private let run = sampleConfiguration()
  private let whole: RunRecord

  init() throws {
    folder = try TemporaryFolder()
    whole = sampleRecord()
    let path = try writeRun(whole, in: folder.path)
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).partial")
  }

  private var name: String { "runs/\(run.runName).partial" }

  private func tail() throws -> RunTail { try RunTail(RunFolder("\(folder.path)/\(name)")) }

  /// Writes a file as a run does: what was there before stays where it is.
  private func grow(_ file: String, to text: Substring) throws {
    let handle = try #require(FileHandle(forWritingAtPath: "\(folder.path)/\(name)/\(file)"))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  @Test("what is there is read once, step by step, and then nothing more")
  func once() throws {
    var tail = try tail()
    let news = try tail.read()
    #expect(news.steps.flatMap { $0 } == whole.steps && news.steps.count == 2)
    #expect(news.evaluations.flatMap { $0 } == whole.evaluations)
    #expect(news.gradients.flatMap { $0 } == whole.gradients.all && news.gradients.count == 2)
    #expect(news.responses.flatMap { $0 } == whole.responses.all)
    #expect(news.blocks.flatMap { $0 } == whole.blocks.all)
    #expect(try tail.read().isEmpty)
  }

  @Test(
    "wherever a table ends, whole steps are read, and the rest when it has come",
    arguments: ["steps.csv", "evaluations.csv", "gradients.csv", "responses.csv", "blocks.csv"])
  func cuts(file: String) throws {
    let text = try folder.text("\(name)/\(file)")
    func rows(_ news: RunTail.News) -> (Int, Int) {
      switch file {
      case "steps.csv": (news.steps.count, news.steps.joined().count)
      case "evaluations.csv": (news.evaluations.count, news.evaluations.joined().count)
      case "gradients.csv": (news.gradients.count, news.gradients.joined().count)
      case "responses.csv": (news.responses.count, news.responses.joined().count)
      default: (news.blocks.count, news.blocks.joined().count)
      }
    }
    var all = try tail()
    let (steps, count) = rows(try all.read())
    for length in 0...text.utf8.count {
      try grow(file, to: text.prefix(length))
      var tail = try tail()
      let (before, rowsBefore) = rows(try tail.read())
      #expect(rowsBefore == before * (count / max(steps, 1)))
      let known = tail.offsets
      try grow(file, to: text[...])
      let (later, _) = rows(try tail.read())
      #expect(before + later == steps, "cut at \(length)")
      // Another reader that is told how far somebody was is as far.
      var other = try self.tail()
      _ = try other.read(upTo: known)
      #expect(other.offsets == known)
      #expect(rows(try other.read()).0 == later)
    }
  }

  @Test("a run that was begun anew, or continued from before, is told apart")
  func anew() throws {
    for change in ["shorter", "another file"] {
      let text = try folder.text("\(name)/gradients.csv")
      var tail = try tail()
      _ = try tail.read()
      if change == "shorter" {
        try grow("gradients.csv", to: text.prefix(text.count / 2))
      } else {
        // A file of its own, moved to the place of the other.
        try folder.write(text, to: "\(name)/other")
        let path = "\(folder.path)/\(name)/gradients.csv"
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: "\(folder.path)/\(name)/other", toPath: path)
      }
      #expect(throws: RecordError.self) { _ = try tail.read() }
      try folder.write(text, to: "\(name)/gradients.csv")
    }
  }

  @Test(
    "of a recorded run, the first step is whole when another begins, or nothing has come for a while"
  )
  func recorded() throws {
    let layers = (1...3).map { index in
      RunDescription.Layer(
        LayerPlace(index: index, name: "l\(index)", stage: 1), kind: "linear", parameters: 1)
    }
    let description = RunDescription(
      recorded: .init(name: "net", role: .none, depth: 3), layers: layers, conditions: [:],
      context: RunContext(version: "1"))
    let path = "\(folder.path)/runs/net.partial"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try writeAtomically(encodedJSON(description), to: "\(path)/run.json")
    func text(_ rows: [GradientRow]) -> String {
      var text = CSVText()
      text.add(header: GradientRow.columns)
      for row in rows { text.add(row) }
      return String(decoding: text.take(), as: UTF8.self)
    }
    let rows = (0..<3).flatMap { step in
      layers.map {
        GradientRow(
          step: step, layer: $0.place, kind: .weight, l2: 1, rms: 1, maximum: 1, zeroFraction: 0)
      }
    }
    try folder.write(text(Array(rows[..<2])), to: "runs/net.partial/gradients.csv")
    var tail = try RunTail(RunFolder(path))
    #expect(try tail.read().gradients.isEmpty, "the third layer may be still to come")
    func grow(_ count: Int) throws {
      let handle = try #require(FileHandle(forWritingAtPath: "\(path)/gradients.csv"))
      try handle.write(contentsOf: Data(text(Array(rows[..<count])).utf8))
      try handle.close()
    }
    try grow(4)
    #expect(try tail.read().gradients.map(\.count) == [3])
    try grow(9)
    #expect(try tail.read().gradients.map(\.count) == [3, 3])
    var other = try RunTail(RunFolder(path))
    #expect(try other.read().gradients.count == 3)

    try folder.write(text(Array(rows[..<3])), to: "runs/net.partial/gradients.csv")
    var quiet = try RunTail(RunFolder(path))
    #expect(try quiet.read().gradients.isEmpty)
    #expect(try quiet.read().gradients.map(\.count) == [3])
  }

  @Test("offsets are as many as tables, and none is before the beginning")
  func offsets() {
    #expect(RunTail.Offsets([0, 1, 2, 3, 4])?.bytes == [0, 1, 2, 3, 4])
    for bytes in [[], [0], [0, 1, 2, 3], [0, 1, 2, 3, -4], [0, 0, 0, 0, 0, 0]] {
      #expect(RunTail.Offsets(bytes) == nil)
    }
  }
}
