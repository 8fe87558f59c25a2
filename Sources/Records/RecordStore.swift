package import Experiments

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The finished runs of an output folder.
package struct RecordStore: Sendable {
  /// The output folder; its `runs` holds a folder for each run.
  package let output: String

  package init(output: String) { self.output = output }

  /// The names of the runs, sorted. None where there is no such folder yet.
  package func runNames() -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    return (names ?? []).filter { isFinished($0) }.sorted()
  }

  /// The names of the runs that were begun and can be continued.
  package func interruptedNames() -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/runs")
    return (names ?? []).filter { $0.hasSuffix(".partial") }.map { String($0.dropLast(8)) }
      .filter { exists("\(output)/runs/\($0).partial/\(Checkpoint.fileName)") }
  }

  /// Whether there are records of a run.
  package func has(_ configuration: RunConfiguration) -> Bool {
    isFinished(configuration.runName)
  }

  /// Whether a run was finished here: its records and its final weights are there. A copy of the
  /// records alone has none.
  package func isFinishedHere(_ configuration: RunConfiguration) -> Bool {
    has(configuration)
      && exists("\(output)/runs/\(configuration.runName)/\(Checkpoint.fileName)")
  }

  /// How many steps of an interrupted run can be continued from; nil where there is none.
  package func interruptedStep(_ configuration: RunConfiguration) -> Int? {
    let run = configuration.runName
    return (try? Checkpoint(in: "\(output)/runs/\(run).partial", of: run))??.step
  }

  /// Reads the records of a run strictly.
  package func load(_ run: String) throws(RecordError) -> RunRecord {
    let path = "\(output)/runs/\(run)"
    guard isFinished(run) else { throw .missing(run: run, path: "\(output)/runs") }
    let description = try RunDescription(path: "\(path)/\(RunDescription.fileName)", run: run)
    try takeThinnedLosses(in: path)
    var record = RunRecord(
      configuration: description.configuration, context: description.context)
    record.steps = try table(path)
    record.epochs = try table(path)
    record.gradients = try table(path)
    record.responses = try table(path)
    return record
  }

  package func load(_ configuration: RunConfiguration) throws(RecordError) -> RunRecord {
    try load(configuration.runName)
  }

  private func table<Row: CSVRow>(_ path: String) throws(RecordError) -> [Row] {
    try readTable("\(path)/\(Row.fileName)")
  }

  private func isFinished(_ run: String) -> Bool {
    !run.contains("/") && !run.hasSuffix(".partial") && !run.hasSuffix(".replaced")
      && !run.contains(".old-") && exists("\(output)/runs/\(run)/\(RunDescription.fileName)")
  }
}
