/// What was submitted of a sweep, a line a job in `jobs.txt`.
package struct Ledger: Equatable, Sendable {
  package struct Job: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
      /// An array, and how many lines of the list are before that of a task with the number 0.
      case training(offset: Int)
      case drawing
    }

    package let id: Int
    package let kind: Kind

    package init(id: Int, kind: Kind) {
      self.id = id
      self.kind = kind
    }
  }

  package var jobs: [Job]

  package init(_ jobs: [Job] = []) { self.jobs = jobs }

  /// What ``text`` made; lines that say nothing known are passed over.
  package init(text: String) {
    jobs = text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count >= 2, let id = Int(words[0]) else { return nil }
      switch (words[1], words.count) {
      case ("drawing", 2): return Job(id: id, kind: .drawing)
      case ("training", 3): return Int(words[2]).map { Job(id: id, kind: .training(offset: $0)) }
      default: return nil
      }
    }
  }

  package var text: String {
    jobs.map { job in
      switch job.kind {
      case .training(let offset): "\(job.id) training \(offset)\n"
      case .drawing: "\(job.id) drawing\n"
      }
    }.joined()
  }
}
