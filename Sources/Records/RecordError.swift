import Platform

/// Why records could not be written or read: what is wrong, where, and what to do, in one sentence.
package enum RecordError: Error, Equatable, CustomStringConvertible {
  /// The system refused something: what was tried, where, and its reason.
  case system(action: String, path: String, reason: String)
  /// A file does not say what it should. The line is counted from 1; nil where the whole is meant.
  case malformed(path: String, line: Int?, reason: String)
  /// A folder that is not that of a run.
  case noRun(path: String)
  /// A run of a later version of the files.
  case newer(path: String, format: Int, known: ClosedRange<Int>)
  /// Another process is writing the records of a run: who that is, as far as it is known.
  case busy(run: String, by: String)
  /// The same where only a file tells who that is: the process may be no more.
  case owned(run: String, by: String, path: String)
  /// An interrupted run cannot be continued under other circumstances.
  case changed(run: String, difference: String)
  /// There are no records of a run.
  case missing(run: String, path: String)

  package var description: String {
    switch self {
    case .system(let action, let path, let reason):
      "Cannot \(action) \(path): \(reason); check the folder, or choose another."
    case .malformed(let path, let line, let reason):
      "\(path)\(line.map { ", line \($0)" } ?? ""): \(reason); restore the file, or make the run again; "
        + "one of ours with --fresh and --only."
    case .noRun(let path):
      "\(path) is not the folder of a run: there is no run.json in it; name folders such as those in "
        + "output/runs."
    case .newer(let path, let format, let known):
      "\(path): its format is \(format) and this program reads \(known.lowerBound) to "
        + "\(known.upperBound); use a newer version of gradflow."
    case .busy(let run, let owner):
      "\(run) is being trained by \(owner); wait for that one, or choose another --output."
    case .owned(let run, let owner, let path):
      "\(run) is being trained by \(owner); wait for that one, or remove \(path) if it is no more."
    case .changed(let run, let difference):
      "\(run) was interrupted and cannot be continued: \(difference); restore them, or start again "
        + "with --fresh."
    case .missing(let run, let path):
      "There are no records of \(run) in \(path); make them with `gradflow run`."
    }
  }

  /// The refusal that `errno` tells of.
  static func lastSystemError(_ action: String, _ path: String) -> RecordError {
    .system(action: action, path: path, reason: String(cString: strerror(errno)))
  }
}
