package import Experiments

/// Writes the records of one run while it happens, and keeps its state so that it can be continued.
///
/// Everything goes to `<run>.partial` in the folder of runs, which becomes `<run>` when the run has
/// finished: a finished run is whole, and an older one of the same name stays until then. One writer
/// at a time has a run, in whatever process.
package final class RunWriter {
  /// `<output>/runs/<run>`.
  package let path: String
  /// What an interrupted run left; nil where this one begins.
  package let saved: SavedRun?
  private let description: RunDescription
  private let run: String
  private let partial: String
  private var lock: RunLock?
  /// By their names.
  private let tables: [String: TableWriter]

  /// Begins the records of a run in an output folder, or continues them where an interrupted run
  /// saved its state. Rows that were written after that are cut off.
  package init(
    _ configuration: RunConfiguration, context: RunContext, in output: String
  ) throws(RecordError) {
    let run = configuration.runName
    let path = "\(output)/runs/\(run)"
    let partial = "\(path).partial"
    lock = try RunLock(partial, of: run)
    try createFolder(partial)
    try restoreInterruptedReplacement(path)
    var tables: [String: TableWriter] = [:]
    if let checkpoint = try Checkpoint(in: partial, of: run) {
      description = try RunDescription(path: "\(partial)/\(RunDescription.fileName)", run: run)
      guard description.context.datasetSHA256 == context.datasetSHA256 else {
        throw .changed(run: run, difference: "the files of its images have changed since")
      }
      for rows in RecordTables.all {
        tables[rows.table] = try TableWriter(
          continuing: "\(partial)/\(rows.fileName)",
          at: checkpoint.lengths[rows.fileName] ?? 0)
      }
      saved = SavedRun(
        step: checkpoint.step, description: description,
        steps: try Self.table(in: partial, of: description, checkpoint),
        evaluations: try Self.table(in: partial, of: description, checkpoint),
        path: checkpoint.path)
    } else {
      description = RunDescription(configuration, context: context)
      try writeAtomically(description.json(), to: "\(partial)/\(RunDescription.fileName)")
      for rows in RecordTables.all {
        tables[rows.table] = try TableWriter(
          creating: "\(partial)/\(rows.fileName)", columns: rows.columns)
      }
      saved = nil
    }
    self.run = run
    self.path = path
    self.partial = partial
    self.tables = tables
  }

  private static func table<Row: RecordRow>(
    in folder: String, of run: RunDescription, _ checkpoint: Checkpoint
  ) throws(RecordError) -> RecordTable<Row> {
    try RecordTable("\(folder)/\(Row.fileName)", of: run, .saved(steps: checkpoint.step))
  }

  /// Puts what there is of a run aside, under the name `<run>.old-1` or the next that is free, so that
  /// it begins anew.
  package static func setAside(
    _ configuration: RunConfiguration, in output: String
  ) throws(RecordError) {
    let path = "\(output)/runs/\(configuration.runName)"
    let partial = "\(path).partial"
    guard exists(partial) || exists(path) else { return }
    let lock = try RunLock(partial, of: configuration.runName)
    if exists(partial) { try move(partial, to: asidePath(path)) }
    if exists(path) { try move(path, to: asidePath(path)) }
    withExtendedLifetime(lock) {}
  }

  /// Adds rows to their table. They are handed to the system a part at a time, so that few of them are
  /// in memory.
  package func append<Row: RecordRow>(_ rows: [Row]) throws(RecordError) {
    for row in rows { try tables[Row.table]?.append(row) }
  }

  package func append(_ row: some RecordRow) throws(RecordError) { try append([row]) }

  /// Hands the rows so far to the system.
  package func flush() throws(RecordError) {
    for table in tables.values { try table.flush() }
  }

  /// Keeps the state of the training after so many steps, together with the rows so far: from here on
  /// the run can be continued. The state before stays until this one is whole.
  package func save(_ state: [NamedArray], step: Int) throws(RecordError) {
    try synchronize()
    var lengths: [String: Int] = [:]
    for rows in RecordTables.all { lengths[rows.fileName] = tables[rows.table]?.length }
    try Checkpoint(step: step, path: "\(partial)/\(Checkpoint.fileName)", lengths: lengths)
      .write(state, of: run)
  }

  /// Completes the records; from now on they count. The time it took, where that is known, is kept beside
  /// them, in a file that two equal runs do not share.
  package func finish(_ timing: RunTiming?) throws(RecordError) {
    try synchronize()
    if let timing {
      try writeAtomically(encodedJSON(timing), to: "\(partial)/\(RunTiming.fileName)")
    }
    for rows in RecordTables.all { try writeThinned(rows) }
    let replaced = replacedPath(path)
    let isReplacement = exists(path)
    if isReplacement { try move(path, to: replaced) }
    try move(partial, to: path)
    for rows in RecordTables.all {
      let thinned = "\(path)/\(thinnedName(rows.fileName))"
      if exists(thinned) { try move(thinned, to: "\(path)/\(rows.fileName)") }
    }
    if isReplacement { try removeFolder(replaced) }
    lock = nil
  }

  /// The rows that stay, in a file that takes the place of the whole table once the run counts: until
  /// then the whole one is needed to continue.
  private func writeThinned<Row: RecordRow>(_ rows: Row.Type) throws(RecordError) {
    guard let isKept = Row.thinning(of: description) else { return }
    var reader = try RowReader<Row>("\(partial)/\(Row.fileName)")
    try writeAtomically(to: "\(partial)/\(thinnedName(Row.fileName))") {
      file throws(RecordError) in
      var text = CSVText()
      text.add(header: Row.columns)
      while let row = try reader.next() {
        if isKept(row) { text.add(row) }
        if text.bytes.count > 1 << 16 { try file.write(text.take()) }
      }
      try file.write(text.take())
    }
  }

  /// Waits until the rows so far are on the disk, where they can be found.
  private func synchronize() throws(RecordError) {
    try flush()
    guard exists(partial) else {
      throw .system(
        action: "write", path: partial, reason: "it was removed by another program")
    }
    for table in tables.values { try table.synchronize() }
  }
}

/// What an interrupted run left to be continued from.
package struct SavedRun: Sendable {
  /// Steps done.
  package let step: Int
  /// Under which circumstances the run began.
  package let description: RunDescription
  /// Of the steps done, every one.
  package let steps: RecordTable<StepRow>
  package let evaluations: RecordTable<EvaluationRow>
  /// The safetensors file of the training's state.
  package let path: String
}

/// How long a run took.
package struct RunTiming: Codable, Sendable {
  static let fileName = "timing.json"

  package var seconds: Double
  package var imagesPerSecond: Double

  package init(seconds: Double, imagesPerSecond: Double) {
    self.seconds = seconds
    self.imagesPerSecond = imagesPerSecond
  }
}

/// Where an older run waits while a newer one takes its place.
private func replacedPath(_ path: String) -> String { "\(path).replaced" }

/// A replacement that was cut off between its two renames left the older run aside: puts it back.
private func restoreInterruptedReplacement(_ path: String) throws(RecordError) {
  let replaced = replacedPath(path)
  guard exists(replaced) else { return }
  if exists(path) { try removeFolder(replaced) } else { try move(replaced, to: path) }
}

/// The name of the file with the rows of a table that stay, until it has taken the table's own.
func thinnedName(_ fileName: String) -> String { "\(fileName).thinned" }

/// A table on its way to its file.
private final class TableWriter {
  private var file: OutputFile
  private var text = CSVText()
  /// Bytes handed to the system.
  private(set) var length: Int

  /// Begins a file with its header.
  init(creating path: String, columns: [String]) throws(RecordError) {
    file = try OutputFile(creating: path)
    length = 0
    text.add(header: columns)
  }

  /// Goes on with a file behind so many bytes; what follows them is cut off.
  init(continuing path: String, at length: Int) throws(RecordError) {
    guard let file = try OutputFile(continuing: path, at: length) else {
      throw .malformed(
        path: path, line: nil, reason: "it is shorter than when the run's state was saved")
    }
    self.file = file
    self.length = length
  }

  func append(_ row: some RecordRow) throws(RecordError) {
    text.add(row)
    if text.bytes.count > 1 << 16 { try flush() }
  }

  func flush() throws(RecordError) {
    let bytes = text.take()
    try file.write(bytes)
    length += bytes.count
  }

  func synchronize() throws(RecordError) { try file.synchronize() }
}
