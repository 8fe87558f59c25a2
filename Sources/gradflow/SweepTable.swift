import Experiments
import Records
import Slurm
import Wording

/// How far the runs of a sweep are.
struct SweepTable {
  private let folder: SweepFolder
  private let rows: [Row]
  private let jobs: [Int]

  private struct Row {
    let run: String
    let state: RunState
    /// Steps done, and of how many; nil of what has not begun.
    let steps: (done: Int, all: Int)?
  }

  /// A sweep in an output folder; a sentence where there is none of this name.
  init(named name: String, store: RecordStore, queue: SweepStatus) throws {
    let all = SweepFolder.all(in: store.output)
    guard let folder = all.first(where: { $0.name == name }) else {
      let hint = nearest(to: name, among: all.map(\.name)).map { " Did you mean “\($0)”?" } ?? ""
      throw Complaint(
        "There is no sweep “\(name)” in \(store.output)/slurm.\(hint) `gradflow run --slurm` makes them."
      )
    }
    try self.init(folder, store: store, queue: queue)
  }

  private init(_ folder: SweepFolder, store: RecordStore, queue: SweepStatus) throws {
    self.folder = folder
    rows = try folder.runs().names.map { run in
      // A task of what is trained measures it.
      let isComplete = queue.tasks[run] == nil
      let state = store.state(of: run, in: queue, isComplete: isComplete)
      return Row(run: run, state: state, steps: Self.steps(of: run, state, store))
    }
    jobs = (queue.jobs[folder.name] ?? []).map(\.id)
  }

  /// Of all sweeps in an output folder: the name, and how many runs are how far.
  static func all(store: RecordStore, queue: SweepStatus) -> [(name: String, summary: String)] {
    SweepFolder.all(in: store.output).map { folder in
      do {
        return (folder.name, try SweepTable(folder, store: store, queue: queue).summary)
      } catch {
        return (folder.name, "\(error)")
      }
    }
  }

  private static func steps(
    of run: String, _ state: RunState, _ store: RecordStore
  ) -> (done: Int, all: Int)? {
    guard let folder = try? RunFolder("\(store.output)/runs/\(run)"),
      let all = try? folder.description().configuration?.schedule.iterations
    else { return nil }
    if case .interrupted(let step) = state { return (step, all) }
    return (try? folder.stepCount()).map { ($0, all) }
  }

  /// `8 runs: 3 finished, 2 running, 2 pending, 1 interrupted.`
  private var summary: String {
    func count(_ isMeant: (RunState) -> Bool) -> Int { rows.count { isMeant($0.state) } }
    let counts = [
      (count { $0 == .finished }, "finished"),
      (count { if case .running = $0 { true } else { false } }, "running"),
      (count { if case .pending = $0 { true } else { false } }, "pending"),
      (count { if case .interrupted = $0 { true } else { false } }, "interrupted"),
      (count { $0 == .missing }, "missing"),
    ].filter { $0.0 > 0 }.map { "\($0) \($1)" }
    return "\(counted(rows.count, "run")): \(counts.joined(separator: ", "))."
  }

  var text: String {
    let table = rows.map { row in
      [
        row.run, row.steps.map { "\(grouped($0.done)) of \(grouped($0.all))" } ?? "",
        row.state == .missing ? "missing" : row.state.words,
      ]
    }
    let remark =
      jobs.isEmpty
      ? "None of its jobs is in the queue. Logs are in \(folder.logs)."
      : "Jobs: \(jobs.map { "\($0)" }.joined(separator: ", ")). Logs are in \(folder.logs)."
    return """
      \(aligned([["", "steps", ""]] + table, left: [0, 2]))
      \(summary) \(remark)
      """
  }
}
