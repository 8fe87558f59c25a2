/// What waits or computes in Slurm, as squeue tells.
package struct Queue: Equatable, Sendable {
  package enum State: Equatable, Sendable { case pending, running }

  package struct Entry: Equatable, Sendable {
    /// Of an array, that of the whole.
    package let job: Int
    /// Nil of a job that is no array.
    package let task: Int?
    package let state: State
    package let jobName: String

    package init(job: Int, task: Int?, state: State, jobName: String) {
      self.job = job
      self.task = task
      self.state = state
      self.jobName = jobName
    }
  }

  package let entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// What squeue is asked: a line for each task of these jobs.
  package static func question(about jobs: [Int]) -> [String] {
    let list = jobs.map { "\($0)" }.joined(separator: ",")
    return ["--noheader", "--array", "--format=%F %K %T %j", "--jobs=\(list)"]
  }

  /// What squeue answers to the ``question(about:)``. Tasks that have ended are not in the queue, though they
  /// may be told of for a while.
  package init(answer: String) {
    entries = answer.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      guard words.count == 4, let job = Int(words[0]), let state = State(word: words[2]) else {
        return nil
      }
      return Entry(job: job, task: Int(words[1]), state: state, jobName: words[3])
    }
  }
}

extension Queue.State {
  /// A state of a job in Slurm's word; nil of one that has ended.
  fileprivate init?(word: String) {
    switch word {
    case "PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT":
      self = .pending
    case "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT",
      "RESIZING":
      self = .running
    default: return nil
    }
  }
}
