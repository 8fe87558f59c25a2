/// A job array: lines of the list, one for each of its tasks.
package struct TaskArray: Equatable, Sendable {
  /// The line of a task is its number and this.
  package let offset: Int
  /// The numbers of the tasks, ascending.
  package let tasks: [Int]

  package init(offset: Int, tasks: [Int]) {
    self.offset = offset
    self.tasks = tasks
  }

  /// The arrays of ascending lines where the numbers of tasks have to be smaller than a limit, Slurm's
  /// `MaxArraySize`.
  ///
  /// - Precondition: The limit is at least 2.
  package static func arrays(of lines: [Int], limit: Int) -> [TaskArray] {
    precondition(limit >= 2, "no array has tasks below \(limit)")
    var arrays: [TaskArray] = []
    for line in lines {
      let offset = (line - 1) / (limit - 1) * (limit - 1)
      let before = arrays.last.map { $0.offset == offset ? $0.tasks : [] } ?? []
      if !before.isEmpty { arrays.removeLast() }
      arrays.append(TaskArray(offset: offset, tasks: before + [line - offset]))
    }
    return arrays
  }

  /// The numbers as sbatch wants them: `1-3,7`.
  package var indices: String {
    var ranges: [ClosedRange<Int>] = []
    for task in tasks {
      if let last = ranges.last, last.upperBound == task - 1 {
        ranges[ranges.count - 1] = last.lowerBound...task
      } else {
        ranges.append(task...task)
      }
    }
    return ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }.joined(separator: ",")
  }
}
