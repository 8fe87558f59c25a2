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

  /// Twins of 8, 14 and 20 layers at two budgets, of the larger three seeds, 8 layers alone in the later ones;
  /// or without normalization instead of more layers.
  private func sweep(ofDepths: Bool) -> Experiment {
    @Sendable func runs(_ depths: [Int], steps: Int, seed: UInt64) -> [RunConfiguration] {
      depths.flatMap { depth in
        NetworkConfiguration.Kind.allCases.map { kind in
          var network = NetworkConfiguration(kind, depth: ofDepths ? depth : 8, width: 2)
          if !ofDepths, depth > 8 { network.activation = depth == 14 ? .tanh : .sigmoid }
          var run = RunConfiguration(
            network: network, dataset: DatasetConfiguration(.fashionMNIST, imageSize: 7),
            schedule: LearningRateSchedule(base: 0.1, iterations: steps))
          run.seed = seed
          return run
        }
      }
    }
    return Experiment(
      name: "sweep", question: "?",
      plans: [
        Experiment.Plan(.seconds, cost: "", shows: "") { runs([8, 14, 20], steps: 3, seed: $0) },
        Experiment.Plan(.night, cost: "", shows: "", seeds: 3) { seed in
          runs(seed == 0 ? [8, 14, 20] : [8], steps: 5, seed: seed)
        },
      ])
  }

  @Test("of a sweep of depths more than half is shown, behind the budget that is complete")
  func sweeps() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RecordStore(output: folder)
    let sweep = sweep(ofDepths: true)
    let (seconds, night) = (sweep.plans[0].runs(), sweep.plans[1].runs())
    func finish(_ runs: some Sequence<RunConfiguration>) throws {
      for run in runs { try writeRun(madeUpRecord(run), in: folder) }
    }
    func shown() throws -> [Budget] { try store.allFinishedRuns(of: sweep).map(\.budget) }
    try finish(seconds)
    try finish(night.prefix(3))
    #expect(try shown() == [.seconds])
    #expect(try store.finishedRuns(of: sweep, at: .night) == nil)
    // Twins of 8 and 14 layers, and one run of another seed.
    try finish(night.filter { $0.seed == 0 && $0.network.depth < 20 } + [night[6]])
    #expect(try shown() == [.seconds, .night])
    let some = try #require(try store.allFinishedRuns(of: sweep).last)
    #expect(some.suffix == "-night" && some.records.count == 5 && some.missing == 5)
    #expect(some.comparison.groups.map(\.records.count).sorted() == [1, 1, 1, 2])
    try finish(night)
    let all = try store.allFinishedRuns(of: sweep)
    #expect(all.map(\.suffix) == [""] && all[0].budget == .night && all[0].missing == 0)
  }

  @Test("of a comparison of different networks nothing is shown before all of one seed are there")
  func arms() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RecordStore(output: folder)
    let arms = sweep(ofDepths: false)
    let runs = arms.plans[0].runs()
    for run in runs.dropLast() { try writeRun(madeUpRecord(run), in: folder) }
    #expect(try store.finishedRuns(of: arms) == nil && store.allFinishedRuns(of: arms).isEmpty)
    try writeRun(madeUpRecord(try #require(runs.last)), in: folder)
    #expect(try store.finishedRuns(of: arms)?.records.count == 6)
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
