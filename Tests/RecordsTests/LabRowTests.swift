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

  @Test("neighbours and surfaces are read as they were written, rounded")
  func neighbours() throws {
    let agreement = [
      AgreementRow(step: 0, kind: .walk, lag: 4, count: 8, cosine: 0.123456, deviation: 0.1),
      AgreementRow(
        step: 0, kind: .sameClass, layerIndex: 3, layer: "conv", count: 12, cosine: .nan),
    ]
    try store.write(agreement, of: run)
    try store.write([LineRow(step: 0, point: 255, gradient: -1.5e-20)], of: run)
    let surface = [
      SurfaceRow(
        step: 2, kind: .plane, statistics: .batch, first: -1 / 3, second: 0.5, loss: .infinity)
    ]
    try store.write(surface, of: run)
    let read = try store.load(run)
    #expect(read.agreement[0].cosine == 0.12346 && read.agreement[0].deviation == 0.1)
    #expect(read.agreement[1].cosine.isNaN && read.agreement[1].deviation.isNaN)
    #expect(read.agreement[1].layer == "conv" && read.agreement[1].kind == .sameClass)
    #expect(read.line == [LineRow(step: 0, point: 255, gradient: -1.5e-20)])
    #expect(read.surface[0].first == -0.33333 && read.surface[0].loss == .infinity)
  }

  @Test(
    "a table that was packed is read as it was, and has a name and a reason where it is damaged")
  func packed() throws {
    let path = "\(folder.path)/runs/\(run.runName)"
    let before = try store.load(run)
    for table in ["steps", "gradients", "evaluations"] {
      try execute("/usr/bin/gzip", ["-9n", "\(path)/\(table).csv"])
    }
    let after = try store.load(run)
    #expect(after.gradients.all == before.gradients.all && !after.gradients.isEmpty)
    #expect(after.steps.map(\.step) == before.steps.map(\.step))
    #expect(try RunFolder(path).stepCount() == before.steps.count)
    let file = URL(fileURLWithPath: "\(path)/gradients.csv.gz")
    let whole = try Data(contentsOf: file)
    for damaged in [whole.dropLast(9), whole.prefix(2), Data("1,2\n".utf8), Data()] {
      try damaged.write(to: file)
      #expect {
        _ = try store.load(run)
      } throws: { error in
        "\(error)".contains("gradients.csv.gz") && "\(error)".contains("gzip")
      }
    }
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

private func execute(_ program: String, _ arguments: [String]) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
}
