import Essentials
package import Experiments

/// The finished runs of an output folder. Reading them writes nothing.
package struct RecordStore: Sendable {
  /// The output folder; its `runs` holds a folder for each run.
  package let output: String

  package init(output: String) { self.output = output }

  /// The names of the runs, sorted. None where there is no such folder yet.
  package func runNames() -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    return (names ?? []).filter { isFinished($0) }.sorted()
  }

  /// The folders of all runs, finished or not, sorted by name. None where there is no such folder yet.
  package func folders() -> [RunFolder] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    return (names ?? []).filter { isFinished($0) || $0.hasSuffix(RunFolder.growingEnding) }.sorted()
      .compactMap { try? RunFolder("\(output)/runs/\($0)") }
  }

  /// The names of the runs that were begun and can be continued.
  package func interruptedNames() -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    return (names ?? []).filter { $0.hasSuffix(".partial") }.map { String($0.dropLast(8)) }
      .filter { exists("\(output)/runs/\($0).partial/\(Checkpoint.fileName)") }
  }

  /// Whether a process is writing the records of a run just now, on whatever machine.
  package func isGrowing(_ run: String) -> Bool {
    RunLock.isHeld("\(output)/runs/\(run)\(RunFolder.growingEnding)")
  }

  /// Whether there are records of a run.
  package func has(_ configuration: RunConfiguration) -> Bool {
    isFinished(configuration.runName)
  }

  /// Whether a run was finished here: its records and its final weights are there. A copy of the
  /// records alone has none.
  package func isFinishedHere(_ configuration: RunConfiguration) -> Bool {
    isFinishedHere(configuration.runName)
  }

  /// The same of a run of this name.
  package func isFinishedHere(_ run: String) -> Bool {
    isFinished(run) && exists("\(output)/runs/\(run)/\(Checkpoint.fileName)")
  }

  /// How many steps of an interrupted run can be continued from; nil where there is none.
  package func interruptedStep(_ configuration: RunConfiguration) -> Int? {
    interruptedStep(configuration.runName)
  }

  /// The same of a run of this name.
  package func interruptedStep(_ run: String) -> Int? {
    (try? Checkpoint(in: "\(output)/runs/\(run).partial", of: run))??.step
  }

  /// Reads the records of a run strictly.
  package func load(_ run: String) throws(RecordError) -> RunRecord {
    guard isFinished(run) else { throw .missing(run: run, path: "\(output)/runs") }
    return try RunRecord(folder: "\(output)/runs/\(run)", run: run)
  }

  package func load(_ configuration: RunConfiguration) throws(RecordError) -> RunRecord {
    try load(configuration.runName)
  }

  private func isFinished(_ run: String) -> Bool {
    !run.contains("/") && !run.hasSuffix(".partial") && !run.hasSuffix(".replaced")
      && !run.contains(".old-") && exists("\(output)/runs/\(run)/\(RunDescription.fileName)")
  }
}

extension RunRecord {
  /// Reads what is in the folder of a finished run.
  init(folder: String, run: String) throws(RecordError) {
    let description = try RunDescription(path: "\(folder)/\(RunDescription.fileName)", run: run)
    self.init(description)
    var steps: Int?
    for rows in RecordTables.all {
      try read(rows, in: folder, .finished(steps: steps))
      if steps == nil { steps = try stepsDone(in: folder) }
    }
    for rows in RecordTables.ofLabs { try read(rows, in: folder, .finished(steps: nil)) }
  }

  /// Reads what there is of a run under way, up to the last step that is told of whole.
  init(growing folder: String, run: String) throws(RecordError) {
    self.init(try RunDescription(path: "\(folder)/\(RunDescription.fileName)", run: run))
    try read(StepRow.self, in: folder, .growing(steps: nil))
    let steps = (self[StepRow.self].steps.last ?? -1) + 1
    for rows in RecordTables.all.dropFirst() {
      try read(rows, in: folder, .growing(steps: steps))
    }
  }

  private mutating func read<Row: RecordRow>(
    _ rows: Row.Type, in folder: String, _ extent: Extent
  ) throws(RecordError) {
    guard let path = path(of: rows, in: folder) else { return }
    // What grows has no rows of a table yet where there is no file.
    if extent.isGrowing, !InputFile.exists(path) { return }
    self[rows] = try RecordTable(path, of: run, extent)
  }

  /// Where a table is; nil where it need not be and is not.
  private func path<Row: RecordRow>(of rows: Row.Type, in folder: String) -> String? {
    // A process that ended as its run had just finished left the rows that stay beside all.
    let thinned = "\(folder)/\(thinnedName(Row.fileName))"
    if exists(thinned) { return thinned }
    let path = "\(folder)/\(Row.fileName)"
    if InputFile.exists(path) { return path }
    if run.format == 1 { return Row.tableInFormat1.map { "\(folder)/\($0).csv" } }
    return Row.plan(of: run).mayBeEmpty ? nil : path
  }

  /// How many steps were done; nil where the records are another program's.
  private func stepsDone(in folder: String) throws(RecordError) -> Int? {
    guard let configuration = run.configuration else { return nil }
    let last = self[StepRow.self].steps.last.flatMap { self[StepRow.self].rows(at: $0).first }
    let done = last.map { $0.step + 1 } ?? 0
    let hasStopped = configuration.stopsWhenDiverged && last?.loss.isFinite == false
    guard done == configuration.schedule.iterations || hasStopped else {
      throw .malformed(
        path: "\(folder)/\(StepRow.fileName)", line: nil,
        reason: "the last step is \(done - 1), of \(configuration.schedule.iterations)")
    }
    return done
  }
}
