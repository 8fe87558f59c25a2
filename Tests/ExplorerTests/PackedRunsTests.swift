import Experiments
import Findings
import Records
import SampleRecords
import Testing

@testable import Explorer

@Suite("Runs as a page has them")
struct PackedRunsTests {
  /// A run with everything that can be in a record.
  private func record(_ kind: NetworkConfiguration.Kind, seed: UInt64 = 0) -> RunRecord {
    var run = sampleConfiguration(seed: seed)
    run.network.kind = kind
    run.schedule.iterations = 12
    run.recording = RecordingSchedule(dense: 12, interval: 12)
    var record = madeUpRecord(
      run,
      norm: { layer, step in
        switch (layer, step) {
        case (1, 5): .nan
        case (2, 6): .infinity
        case (3, 7): 0
        default: 1e-3 * Double(layer) / Double(step + 1)
        }
      })
    record.steps[4].loss = .nan
    record.steps[5].loss = .infinity
    return record
  }

  @Test("every number of every table comes back", arguments: NetworkConfiguration.Kind.allCases)
  func numbers(kind: NetworkConfiguration.Kind) throws {
    let record = record(kind)
    let read = try ReadRuns(PackedRuns([ExploredRun(name: "one", record: record)]).bytes)
    let tables = read.head.runs[0].tables
    func check<Row>(_ table: PageTable<Row>, _ rows: [Row]) throws {
      let found = try #require(tables.first { $0.name == table.name })
      let shown = rows.filter(table.isIn)
      let steps = read.head.schedules[found.steps]
      #expect(
        steps == record[Row.self].steps && shown.count == steps.count * found.series)
      for column in table.columns {
        let numbers = try #require(read.columns[["one", table.name, column.name]])
        for (index, row) in shown.enumerated() {
          let (step, series) = (index / found.series, index % found.series)
          let number = numbers[series * steps.count + step]
          let isExact = [.percentage, .share, .number].contains(column.kind)
          let value = column.value(row)
          let isSame =
            isExact && value?.isFinite == true
            ? abs((number ?? .nan) - (value ?? .nan)) < 0.003 : isNear(number, value)
          #expect(
            isSame, "\(table.name) \(column.name) at \(step): \(number as Any), not \(value as Any)"
          )
        }
      }
    }
    try check(.steps, record.steps)
    try check(.evaluations, record.evaluations)
    try check(.weights, record.gradients.all)
    try check(.outputs, record.gradients.all)
    try check(.responses, record.responses.all)
    try check(.blocks, record.blocks.all)
  }

  @Test("the doctor's notes are those of each step")
  func notes() throws {
    let record = record(.plain)
    let read = try ReadRuns(PackedRuns([ExploredRun(name: "one", record: record)]).bytes)
    let notes = read.head.runs[0].notes
    #expect(notes.filter { $0.kind == "not finite" }.map(\.step) == [5, 6])
    var watch = Watch(record.run)
    var seen = 0
    watch.forEachStep(of: record) { seen += $1.count }
    #expect(notes.count == seen)
  }

  @Test("runs of equal layers share their structure, and labels tell them apart")
  func structures() throws {
    let runs = [
      ExploredRun(name: "a", record: record(.plain)),
      ExploredRun(name: "b", record: record(.plain, seed: 1)),
      ExploredRun(name: "c", record: record(.residual), isGrowing: true),
    ]
    var deeper = sampleConfiguration()
    deeper.network.depth = 14
    let other = ExploredRun(name: "d", record: madeUpRecord(deeper))
    let read = try ReadRuns(PackedRuns(runs + [other]).bytes)
    #expect(read.head.structures.map(\.layers.count) == [8, 14])
    #expect(read.head.runs.map(\.structure) == [0, 0, 0, 1])
    #expect(Set(read.head.runs.map(\.label)).count == 4)
    #expect(read.head.runs.map(\.isGrowing) == [false, false, true, false])
  }

  @Test("runs without rows, and no runs at all")
  func empty() throws {
    let description = RunRecord(record(.plain).run)
    let read = try ReadRuns(PackedRuns([ExploredRun(name: "a", record: description)]).bytes)
    #expect(read.head.runs[0].tables.isEmpty && read.head.structures[0].layers.count == 8)
    #expect(try ReadRuns(PackedRuns([]).bytes).head.runs.isEmpty)
  }

  @Test("equal runs are equal bytes")
  func deterministic() {
    let run = ExploredRun(name: "a", record: record(.residual))
    #expect(PackedRuns([run]).bytes == PackedRuns([run]).bytes)
  }
}
