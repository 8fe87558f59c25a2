import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("What is measured of finished runs")
struct LabRowTests {
  private let folder: TemporaryFolder
  private let run: RunConfiguration
  private var store: RecordStore { RecordStore(output: folder.path) }

  init() throws {
    folder = try TemporaryFolder()
    try writeRun(sampleRecord(), in: folder.path)
    run = sampleConfiguration()
  }

  @Test("it is read as it was written, and is not there before")
  func roundTrip() throws {
    #expect(try store.load(run).lesions.isEmpty && !store.has(LesionRow.self, of: run))
    let lesions = [
      LesionRow(step: 2, kind: .none, blocks: [], error: 12.5),
      LesionRow(step: 2, kind: .deleted, blocks: [2], error: 90),
      LesionRow(step: 2, kind: .random, draw: 1, blocks: [1, 3, 12], error: .nan),
    ]
    try store.write(lesions, of: run)
    let paths = [PathRow(step: 2, branches: 0, draw: 0, gradient: 1e-20)]
    try store.write(paths, of: run)
    let read = try store.load(run)
    #expect(read.lesions.map(\.blocks) == [[], [2], [1, 3, 12]])
    #expect(read.lesions[1] == lesions[1] && read.lesions[2].error.isNaN)
    #expect(read.paths == paths && store.has(PathRow.self, of: run))
  }

  @Test(
    "a table that cannot be is refused, with file and line",
    arguments: [
      "2,gone,0,2,5", "2,deleted,0,0,5", "2,deleted,0,2;3,5", "2,deleted,0,2,101", "2,deleted,0,2",
      "2,deleted,-1,2,5",
    ])
  func faults(line: String) throws {
    let path = "\(folder.path)/runs/\(run.runName)/lesions.csv"
    try (LesionRow.columns.joined(separator: ",") + "\n\(line)\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect {
      _ = try store.load(run)
    } throws: { error in
      "\(error)".contains("lesions.csv") && "\(error)".contains("line 2")
    }
  }
}
