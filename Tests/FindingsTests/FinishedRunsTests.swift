import Experiments
import Findings
import Foundation
import Records
import SampleRecords
import Testing

@Suite("The runs that figures show")
struct FinishedRunsTests {
  private let folder = NSTemporaryDirectory() + "gradflow-finished-\(UUID().uuidString)"

  @Test("figures show the largest budget that is complete; the names of others say which they are")
  func budgets() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RecordStore(output: folder)
    #expect(try store.finishedRuns(of: .degradation) == nil)
    func finish(_ plan: Experiment.Plan, seeds: Int = 1) throws {
      for run in plan.runs(seeds: seeds) { try writeRun(madeUpRecord(run), in: folder) }
    }
    let seconds = Experiment.degradation.plans[0]
    let minutes = try #require(Experiment.degradation.plan(at: .minutes))
    try finish(seconds.onSyntheticImages)
    #expect(try store.finishedRuns(of: .degradation)?.suffix == "")
    try finish(seconds, seeds: 2)
    let first = try #require(try store.finishedRuns(of: .degradation))
    #expect(first.suffix == "" && first.records.count == 4 && first.budget == .seconds)
    #expect(
      try store.finishedRuns(of: .degradation, seconds.onSyntheticImages)?.suffix
        == "-seconds-synthetic")
    try finish(minutes)
    #expect(try store.finishedRuns(of: .degradation)?.budget == .minutes)
    #expect(try store.finishedRuns(of: .degradation, at: .seconds)?.suffix == "-seconds")
    #expect(try store.finishedRuns(of: .degradation, at: .hours) == nil)
    // Of three seeds one is there: that is shown where it is asked for, and the complete budget else.
    let hours = try #require(Experiment.degradation.plan(at: .hours))
    try finish(hours, seeds: 1)
    #expect(try store.finishedRuns(of: .degradation)?.budget == .minutes)
    #expect(try store.finishedRuns(of: .degradation, at: .hours)?.suffix == "-hours")
    try finish(hours, seeds: 3)
    #expect(try store.finishedRuns(of: .degradation)?.records.count == 6)
    #expect(try store.finishedRuns(of: .degradation, at: .minutes)?.suffix == "-minutes")
    let setting = try Assignment("initialization", "normal(0.01)")
    let changed = Experiment.degradation.setting([setting])
    #expect(try store.finishedRuns(of: changed) == nil)
    try finish(changed.plans[0])
    #expect(try store.finishedRuns(of: changed)?.suffix == "-initialization-normal-0.01-")
  }

  @Test("what is measured of runs is shown when it was measured, and not when they are trained")
  func measurements() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RecordStore(output: folder)
    let plan = Experiment.paths.plans[0]
    let runs = plan.runs(seeds: 2)
    for run in runs { try writeRun(madeUpRecord(run), in: folder) }
    #expect(try store.finishedRuns(of: .paths) == nil)
    try store.write([PathRow(step: 250, branches: 0, draw: 0, gradient: 1)], of: runs[0])
    #expect(try store.finishedRuns(of: .paths)?.records.map(\.seed) == [0, 0])
    // The same trainings have other tables of other laboratories.
    #expect(store.has(.paths(draws: 1), of: runs[0]) && !store.has(.lesions(draws: 1), of: runs[0]))
  }
}
