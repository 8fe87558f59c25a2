import Records

/// What of the sweeps in an output folder is in the queue.
package struct SweepStatus: Sendable {
  /// A task in the queue.
  package struct Task: Equatable, Sendable {
    package let state: Queue.State
    /// The array.
    package let job: Int
    package let number: Int

    /// As Slurm names it: `12_3`.
    package var id: String { "\(job)_\(number)" }
  }

  /// By the names of their runs.
  package let tasks: [String: Task]
  /// Jobs of sweeps that are in the queue, by the sweeps' names.
  package let jobs: [String: [Ledger.Job]]

  package static let nothing = SweepStatus([], Queue())

  /// `ask` gives what squeue answers; it is not asked where nothing was ever submitted.
  package init(output: String, ask: ([String]) throws -> String) throws {
    var sweeps: [(name: String, runs: RunList, ledger: Ledger)] = []
    for folder in SweepFolder.all(in: output) {
      sweeps.append((folder.name, try folder.runs(), try folder.ledger()))
    }
    let ids = sweeps.flatMap(\.ledger.jobs).map(\.id)
    self.init(
      sweeps, ids.isEmpty ? Queue() : Queue(answer: try ask(Queue.question(about: ids))))
  }

  init(_ sweeps: [(name: String, runs: RunList, ledger: Ledger)], _ queue: Queue) {
    let entries = Dictionary(grouping: queue.entries, by: \.job)
    var tasks: [String: Task] = [:]
    var jobs: [String: [Ledger.Job]] = [:]
    for sweep in sweeps {
      for job in sweep.ledger.jobs {
        let own =
          job.kind == .drawing
          ? Sweep.drawingJobName(of: sweep.name) : Sweep.jobName(of: sweep.name)
        let queued = (entries[job.id] ?? []).filter { $0.jobName == own }
        if queued.isEmpty { continue }
        jobs[sweep.name, default: []].append(job)
        guard case .training(let offset) = job.kind else { continue }
        for entry in queued {
          guard let number = entry.task, let run = sweep.runs.name(line: offset + number) else {
            continue
          }
          // Of two tasks of a run, by hand, the one that computes counts.
          if tasks[run]?.state == .running { continue }
          tasks[run] = Task(state: entry.state, job: job.id, number: number)
        }
      }
    }
    self.tasks = tasks
    self.jobs = jobs
  }
}
