import Essentials
import Platform
package import Records

/// `<output>/slurm/<sweep>`: what was submitted of a sweep, for people and for the next command.
package struct SweepFolder: Sendable {
  package let name: String
  package let path: String

  package init(name: String, output: String) {
    self.name = name
    path = "\(output)/slurm/\(name)"
  }

  static let listFile = "runs.txt"

  package var list: String { "\(path)/\(Self.listFile)" }
  package var trainingScript: String { "\(path)/train.sh" }
  package var drawingScript: String { "\(path)/draw.sh" }
  package var logs: String { "\(path)/logs" }
  private var jobs: String { "\(path)/jobs.txt" }

  /// The folders of all sweeps in an output folder, sorted by name.
  package static func all(in output: String) -> [SweepFolder] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(output)/slurm")
    return (names ?? []).sorted().map { SweepFolder(name: $0, output: output) }
      .filter { access($0.list, F_OK) == 0 }
  }

  /// The runs; none where there is no sweep yet.
  package func runs() throws(RecordError) -> RunList {
    RunList(text: try text(list))
  }

  /// What was submitted; nothing where there is no sweep yet.
  package func ledger() throws(RecordError) -> Ledger {
    Ledger(text: try text(jobs))
  }

  /// Writes what a sweep submits: the list, the scripts, a folder for the logs.
  package func write(_ sweep: Sweep, _ runs: RunList) throws(RecordError) {
    try createFolder(logs)
    try writeAtomically(Array(runs.text.utf8), to: list)
    try writeAtomically(Array(sweep.trainingScript.utf8), to: trainingScript)
    try writeAtomically(Array(sweep.drawingScript.utf8), to: drawingScript)
  }

  package func write(_ ledger: Ledger) throws(RecordError) {
    try writeAtomically(Array(ledger.text.utf8), to: jobs)
  }

  private func text(_ path: String) throws(RecordError) -> String {
    guard access(path, F_OK) == 0 else { return "" }
    do {
      return String(decoding: try contents(of: path, limit: 1 << 26), as: UTF8.self)
    } catch {
      throw .system(action: "read", path: path, reason: "\(error)")
    }
  }
}
