import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("Runs under way")
struct GrowingTests {
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

  private func read() throws -> RunRecord {
    try RunFolder("\(folder.path)/\(name)").record()
  }

  @Test("a folder is found by the run's name, while it grows and later, and by any path to it")
  func places() throws {
    let base = "\(folder.path)/runs/\(run.runName)"
    for path in [base, "\(base).partial", "\(base).partial/", "\(base).partial/."] {
      let found = try RunFolder(path)
      #expect(found.name == run.runName && found.isGrowing, "\(path)")
    }
    try FileManager.default.moveItem(atPath: "\(base).partial", toPath: base)
    let found = try RunFolder("\(base)//")
    #expect(found.name == run.runName && !found.isGrowing && found.path == base)
    #expect(try found.record().steps == whole.steps)
    #expect(throws: RecordError.noRun(path: folder.path)) { try RunFolder(folder.path) }
  }

  @Test(
    "wherever a table ends, what is told of whole is read",
    arguments: ["steps.csv", "evaluations.csv", "gradients.csv", "responses.csv", "blocks.csv"])
  func cuts(file: String) throws {
    let text = try folder.text("\(name)/\(file)")
    for length in 0...text.utf8.count {
      try folder.write(String(text.prefix(length)), to: "\(name)/\(file)")
      let record = try read()
      let done = record.steps.count
      #expect(record.steps == Array(whole.steps.prefix(done)))
      #expect(record.evaluations.allSatisfy { $0.step <= done })
      for step in 0..<2 {
        let rows = record.gradients.rows(at: step)
        #expect(rows.isEmpty || step < done && rows == whole.gradients.rows(at: step))
        let responses = record.responses.rows(at: step)
        #expect(responses.isEmpty || step < done && responses == whole.responses.rows(at: step))
      }
      if length == text.utf8.count {
        #expect(record.gradients == whole.gradients && record.blocks == whole.blocks)
        #expect(record.evaluations == whole.evaluations)
      }
    }
  }

  @Test("tables that are not there yet are empty, and large ones are cut in the same places")
  func missing() throws {
    for file in ["steps", "evaluations", "gradients", "responses", "blocks"] {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)/\(file).csv")
    }
    let record = try read()
    #expect(record.steps.isEmpty && record.gradients.isEmpty && record.blocks.isEmpty)

    let rows = whole.responses.all
    var text = CSVText()
    text.add(header: ResponseRow.columns)
    for row in rows.dropLast() { text.add(row) }
    let path = "\(folder.path)/responses.csv"
    try writeAtomically(text.take(), to: path)
    let table = try RecordTable<ResponseRow>(
      path, of: whole.run, .growing(steps: 2), memoryLimit: 0)
    #expect(table.steps == [0] && table.rows(at: 0) == whole.responses.rows(at: 0))
    #expect(table.all == whole.responses.rows(at: 0))
  }

  @Test("what is wrong in the middle is told of a run under way, too")
  func faults() throws {
    let text = try folder.text("\(name)/gradients.csv")
    try folder.write(
      text.replacingOccurrences(of: "main,weight,0", with: "main,weight,-1"),
      to: "\(name)/gradients.csv")
    let error = #expect(throws: RecordError.self) { try read() }
    #expect(error?.description.contains("gradients.csv, line") == true)
  }
}
