import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@Suite("Records are read as they were written")
struct RoundTripTests {
  private let folder: TemporaryFolder
  private var store: RecordStore { RecordStore(output: folder.path) }

  init() throws { folder = try TemporaryFolder() }

  @Test("every number comes back bit for bit, infinite, zero and denormal ones too")
  func exact() throws {
    let written = sampleRecord()
    try writeRun(written, in: folder.path)
    let read = try store.load(written.configuration)
    #expect(read.steps == written.steps)
    #expect(read.evaluations == written.evaluations)
    #expect(read.gradients == written.gradients)
    #expect(read.responses == written.responses && read.blocks == written.blocks)
    #expect(read.run == written.run)
    #expect(read.configuration == written.configuration && read.context == written.context)
  }

  @Test("what is not a number stays so")
  func notANumber() throws {
    var record = sampleRecord()
    record.steps[1].loss = .nan
    let path = try writeRun(record, in: folder.path)
    #expect(try store.load(record.configuration).steps[1].loss.isNaN)
    let text = try String(contentsOfFile: "\(path)/steps.csv", encoding: .utf8)
    #expect(text.contains("\n1,nan,"))
  }

  @Test("files hold a header and the shortest decimals")
  func text() throws {
    try writeRun(sampleRecord(), in: folder.path)
    let name = "runs/\(sampleConfiguration().runName)"
    #expect(
      try folder.text("\(name)/steps.csv") == """
        step,loss,error,learning_rate
        0,2.302585092994046,90,0.1
        1,inf,0.30000000000000004,0.010000000000000002

        """)
    #expect(
      try folder.text("\(name)/gradients.csv").contains("\n0,1,conv1,0,main,activation,0,0,0,1,,\n")
    )
  }

  @Test("equal runs leave equal bytes, and the time beside them")
  func equalBytes() throws {
    let other = try TemporaryFolder()
    let first = try writeRun(sampleRecord(), in: folder.path)
    let second = try writeRun(sampleRecord(), in: other.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: first).sorted()
    #expect(
      names == [
        "blocks.csv", "evaluations.csv", "gradients.csv", "responses.csv", "run.json", "steps.csv",
        "timing.json",
      ])
    for name in names {
      #expect(
        FileManager.default.contents(atPath: "\(first)/\(name)")
          == FileManager.default.contents(atPath: "\(second)/\(name)"))
    }
  }

  @Test("runs are listed by name; a folder without runs has none")
  func listing() throws {
    #expect(store.runNames().isEmpty)
    try writeRun(sampleRecord(seed: 1), in: folder.path)
    try writeRun(sampleRecord(seed: 0), in: folder.path)
    #expect(
      store.runNames() == [0, 1].map { sampleConfiguration(seed: $0).runName }.sorted())
    #expect(store.has(sampleConfiguration(seed: 1)) && !store.has(sampleConfiguration(seed: 2)))
    #expect(throws: RecordError.self) { try store.load(sampleConfiguration(seed: 2)) }
  }
}
