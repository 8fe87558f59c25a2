package import Experiments

/// Writes the records of one run while it happens.
///
/// Everything goes to `<run>.partial` in the folder of runs, which becomes `<run>` when the run has
/// finished: a finished run is whole, and an older one of the same name stays until then.
package final class RunWriter {
  /// `<output>/runs/<run>`.
  package let path: String
  private let partial: String
  private var steps: Table<StepRow>
  private var epochs: Table<EpochRow>
  private var gradients: Table<GradientRow>
  private var responses: Table<ResponseRow>

  /// Begins the records of a run in an output folder. What an interrupted run left is removed.
  package init(
    _ configuration: RunConfiguration, context: RunContext, in output: String
  ) throws(RecordError) {
    let path = "\(output)/runs/\(configuration.runName)"
    let partial = "\(path).partial"
    try restoreInterruptedReplacement(path)
    try removeFolder(partial)
    try createFolder(partial)
    let description = RunDescription(configuration: configuration, context: context)
    try writeAtomically(description.json(), to: "\(partial)/\(RunDescription.fileName)")
    steps = try Table(in: partial)
    epochs = try Table(in: partial)
    gradients = try Table(in: partial)
    responses = try Table(in: partial)
    self.path = path
    self.partial = partial
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

  /// Completes the records; from now on they count. The time it took is kept beside them, in a
  /// file that two equal runs do not share.
  package func finish(_ timing: RunTiming) throws(RecordError) {
    try flush()
    try steps.synchronize()
    try epochs.synchronize()
    try gradients.synchronize()
    try responses.synchronize()
    try writeAtomically(encodedJSON(timing), to: "\(partial)/\(RunTiming.fileName)")
    let replaced = replacedPath(path)
    let isReplacement = exists(path)
    if isReplacement { try move(path, to: replaced) }
    try move(partial, to: path)
    if isReplacement { try removeFolder(replaced) }
  }
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

/// A table on its way to its file.
private struct Table<Row: CSVRow>: ~Copyable {
  private var file: OutputFile
  private var text = CSVText()

  init(in folder: String) throws(RecordError) {
    file = try OutputFile(creating: "\(folder)/\(Row.fileName)")
    Row.columns.forEach { text.add($0) }
    text.endLine()
  }

  mutating func append(_ row: Row) {
    row.write(to: &text)
    text.endLine()
  }

  mutating func flush() throws(RecordError) { try file.write(text.take()) }
  func synchronize() throws(RecordError) { try file.synchronize() }
}
