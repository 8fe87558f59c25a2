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
  private let configuration: RunConfiguration
  private let run: String
  private let partial: String
  private let lock: FolderLock
  private var steps: Table<StepRow>
  private var epochs: Table<EpochRow>
  private var gradients: Table<GradientRow>
  private var responses: Table<ResponseRow>

  /// Begins the records of a run in an output folder, or continues them where an interrupted run
  /// saved its state. Rows that were written after that are cut off.
  package init(
    _ configuration: RunConfiguration, context: RunContext, in output: String
  ) throws(RecordError) {
    let run = configuration.runName
    let path = "\(output)/runs/\(run)"
    let partial = "\(path).partial"
    guard let lock = try FolderLock(partial) else { throw .busy(run: run) }
    try restoreInterruptedReplacement(path)
    let checkpoint = try Checkpoint(in: partial, of: run)
    if let checkpoint {
      let description = try RunDescription(
        path: "\(partial)/\(RunDescription.fileName)", run: run)
      guard description.context.datasetSHA256 == context.datasetSHA256 else {
        throw .changed(run: run, difference: "the files of its images have changed since")
      }
      steps = try Table(continuing: checkpoint, in: partial)
      epochs = try Table(continuing: checkpoint, in: partial)
      gradients = try Table(continuing: checkpoint, in: partial)
      responses = try Table(continuing: checkpoint, in: partial)
      var record = RunRecord(
        configuration: description.configuration, context: description.context)
      record.steps = try readTable("\(partial)/\(StepRow.fileName)")
      record.epochs = try readTable("\(partial)/\(EpochRow.fileName)")
      record.gradients = try readTable("\(partial)/\(GradientRow.fileName)")
      record.responses = try readTable("\(partial)/\(ResponseRow.fileName)")
      saved = SavedRun(step: checkpoint.step, record: record, path: checkpoint.path)
    } else {
      let description = RunDescription(configuration: configuration, context: context)
      try writeAtomically(description.json(), to: "\(partial)/\(RunDescription.fileName)")
      steps = try Table(in: partial)
      epochs = try Table(in: partial)
      gradients = try Table(in: partial)
      responses = try Table(in: partial)
      saved = nil
    }
    self.configuration = configuration
    self.run = run
    self.path = path
    self.partial = partial
    self.lock = lock
  }

  /// Puts what there is of a run aside, under the name `<run>.old-1` or the next that is free, so that
  /// it begins anew.
  package static func setAside(
    _ configuration: RunConfiguration, in output: String
  ) throws(RecordError) {
    let path = "\(output)/runs/\(configuration.runName)"
    let partial = "\(path).partial"
    if exists(partial) {
      guard try FolderLock(partial) != nil else { throw .busy(run: configuration.runName) }
      try move(partial, to: asidePath(path))
    }
    if exists(path) { try move(path, to: asidePath(path)) }
  }

  package func append(_ row: StepRow) { steps.append(row) }
  package func append(_ row: EpochRow) { epochs.append(row) }
  package func append(_ rows: [GradientRow]) { rows.forEach { gradients.append($0) } }
  package func append(_ rows: [ResponseRow]) { rows.forEach { responses.append($0) } }

  /// Hands the rows so far to the system.
  package func flush() throws(RecordError) {
    try steps.flush()
    try epochs.flush()
    try gradients.flush()
    try responses.flush()
  }

  /// Keeps the state of the training after so many steps, together with the rows so far: from here on
  /// the run can be continued. The state before stays until this one is whole.
  package func save(_ state: [NamedArray], step: Int) throws(RecordError) {
    try synchronize()
    let checkpoint = Checkpoint(
      step: step, path: "\(partial)/\(Checkpoint.fileName)",
      lengths: [
        StepRow.fileName: steps.length, EpochRow.fileName: epochs.length,
        GradientRow.fileName: gradients.length, ResponseRow.fileName: responses.length,
      ])
    try checkpoint.write(state, of: run)
  }

  /// Completes the records; from now on they count. The time it took is kept beside them, in a
  /// file that two equal runs do not share.
  package func finish(_ timing: RunTiming) throws(RecordError) {
    try synchronize()
    try writeAtomically(encodedJSON(timing), to: "\(partial)/\(RunTiming.fileName)")
    if configuration.recording.lossInterval != nil { try writeThinnedLosses() }
    let replaced = replacedPath(path)
    let isReplacement = exists(path)
    if isReplacement { try move(path, to: replaced) }
    try move(partial, to: path)
    try takeThinnedLosses(in: path)
    if isReplacement { try removeFolder(replaced) }
  }

  /// The losses that stay, in a file that takes the place of the whole table once the run counts:
  /// until then the whole one is needed to continue.
  private func writeThinnedLosses() throws(RecordError) {
    let rows: [StepRow] = try readTable("\(partial)/\(StepRow.fileName)")
    var text = CSVText()
    StepRow.columns.forEach { text.add($0) }
    text.endLine()
    for row in rows.thinned(for: configuration) {
      row.write(to: &text)
      text.endLine()
    }
    try writeAtomically(text.take(), to: "\(partial)/\(thinnedName)")
  }

  /// Waits until the rows so far are on the disk, where they can be found.
  private func synchronize() throws(RecordError) {
    try flush()
    guard exists(partial) else {
      throw .system(
        action: "write", path: partial, reason: "it was removed by another program")
    }
    try steps.synchronize()
    try epochs.synchronize()
    try gradients.synchronize()
    try responses.synchronize()
  }
}

/// What an interrupted run left to be continued from.
package struct SavedRun: Sendable {
  /// Steps done.
  package let step: Int
  /// The rows of these steps, and under which circumstances the run began.
  package let record: RunRecord
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

private let thinnedName = "\(StepRow.fileName).thinned"

/// Puts the losses that stay in the place of the whole table of a finished run, if that has not been
/// done: a process may have ended just before.
func takeThinnedLosses(in path: String) throws(RecordError) {
  let thinned = "\(path)/\(thinnedName)"
  if exists(thinned) { try move(thinned, to: "\(path)/\(StepRow.fileName)") }
}

/// A table on its way to its file.
private struct Table<Row: CSVRow>: ~Copyable {
  private var file: OutputFile
  private var text = CSVText()
  /// Bytes handed to the system.
  private(set) var length = 0

  init(in folder: String) throws(RecordError) {
    file = try OutputFile(creating: "\(folder)/\(Row.fileName)")
    Row.columns.forEach { text.add($0) }
    text.endLine()
  }

  init(continuing checkpoint: Checkpoint, in folder: String) throws(RecordError) {
    let path = "\(folder)/\(Row.fileName)"
    length = checkpoint.lengths[Row.fileName] ?? 0
    guard let file = try OutputFile(continuing: path, at: length) else {
      throw .malformed(
        path: path, line: nil, reason: "it is shorter than when the run's state was saved")
    }
    self.file = file
  }

  mutating func append(_ row: Row) {
    row.write(to: &text)
    text.endLine()
  }

  mutating func flush() throws(RecordError) {
    let bytes = text.take()
    try file.write(bytes)
    length += bytes.count
  }

  func synchronize() throws(RecordError) { try file.synchronize() }
}
