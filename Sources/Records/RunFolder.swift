import Essentials
import Platform

/// A folder of a run, wherever it is: finished, or under way and still growing.
package struct RunFolder: Hashable, Sendable {
  package let path: String
  /// What the run is called: the name of its folder.
  package let name: String
  /// Whether the run has not finished: another process may be writing it, or it was interrupted.
  package let isGrowing: Bool

  static let growingEnding = ".partial"

  /// The folder at a path, or what there is of that run so far.
  package init(_ path: String) throws(RecordError) {
    let candidates = [path, Self.trimmed(path) + Self.growingEnding]
    guard
      let found = candidates.first(where: { exists("\($0)/\(RunDescription.fileName)") })
    else { throw .noRun(path: path) }
    self.path = Self.trimmed(found)
    // `.` has a name, too.
    let name = URL(fileURLWithPath: found).resolvingSymlinksInPath().lastPathComponent
    isGrowing = name.hasSuffix(Self.growingEnding)
    self.name = isGrowing ? String(name.dropLast(Self.growingEnding.count)) : name
  }

  /// Reads its records strictly; of one under way up to the last step that is told of whole.
  package func record() throws(RecordError) -> RunRecord {
    isGrowing
      ? try RunRecord(growing: path, run: name) : try RunRecord(folder: path, run: name)
  }

  /// What its `run.json` says.
  package func description() throws(RecordError) -> RunDescription {
    try RunDescription(path: "\(path)/\(RunDescription.fileName)", run: name)
  }

  /// How many steps are told of, read from the end of their table alone.
  package func stepCount() throws(RecordError) -> Int {
    let file = try InputFile("\(path)/\(StepRow.fileName)")
    let size = min(file.size, 1 << 12)
    var bytes: [UInt8] = []
    try file.read(size, at: file.size - size, into: &bytes)
    // Of a table that grows, the last line may be cut off.
    let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
    let step = lines.last.flatMap { $0.split(separator: 0x2c).first }
    return step.flatMap { Int(String(decoding: $0, as: UTF8.self)) }.map { $0 + 1 } ?? 0
  }

  private static func trimmed(_ path: String) -> String {
    let kept = path.reversed().drop { $0 == "/" }
    return kept.isEmpty ? path : String(kept.reversed())
  }
}
