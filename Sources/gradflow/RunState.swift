import Experiments
import Records
import Slurm
import Training

/// How far a run is.
enum RunState: Equatable {
  case missing
  /// Can be continued after so many steps.
  case interrupted(step: Int)
  /// Trained, but not measured as its experiment asks for.
  case unmeasured
  /// In the queue of a cluster, as this task.
  case pending(task: String)
  /// Of a process on this or another machine, which may be a task of a cluster.
  case running(task: String?)
  case finished

  /// Whether somebody is at it.
  var isUnderWay: Bool {
    switch self {
    case .pending, .running: true
    case .missing, .interrupted, .unmeasured, .finished: false
    }
  }

  /// For a table; nothing of what is missing.
  var words: String {
    switch self {
    case .missing: ""
    case .interrupted(let step): "continues after step \(step)"
    case .unmeasured: "to be measured"
    case .pending(let task): "pending as \(task)"
    case .running(let task): task.map { "running as \($0)" } ?? "running"
    case .finished: "finished"
    }
  }
}

extension RecordStore {
  /// How far a run is, some of whose sweeps may be in the queue; `isComplete` says whether it has nothing to
  /// be done any more once it is trained.
  func state(of run: String, in queue: SweepStatus, isComplete: Bool = true) -> RunState {
    let isTrained = isFinishedHere(run)
    if isTrained && isComplete { return .finished }
    if let task = queue.tasks[run] {
      return task.state == .running ? .running(task: task.id) : .pending(task: task.id)
    }
    if isGrowing(run) { return .running(task: nil) }
    if isTrained { return .unmeasured }
    return interruptedStep(run).map { .interrupted(step: $0) } ?? .missing
  }

  /// How far runs of an experiment are, of which something may have to be measured.
  func states(
    of runs: [RunConfiguration], measuring measurement: Measurement?, in queue: SweepStatus
  ) -> [RunState] {
    runs.map { run in
      let isMeasured = measurement.map {
        has($0, of: run) || !Laboratory.applies($0, to: run)
      }
      return state(of: run.runName, in: queue, isComplete: isMeasured ?? true)
    }
  }

  /// What of the sweeps is in the queue; nothing where that cannot be asked, which is told.
  func queue() -> SweepStatus {
    let programs = SlurmPrograms()
    guard programs.areHere else { return .nothing }
    do {
      return try SweepStatus(output: output, ask: programs.askQueue)
    } catch {
      say("\(error)\n")
      return .nothing
    }
  }
}
