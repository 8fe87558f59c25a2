/// The rows of one table of a run, step by step.
///
/// A small table is held in memory. Of a large one only the places of its steps are: rows are read from
/// the file when they are asked for, so that neither memory nor what can be read depends on how often
/// was recorded. The file stays open, and what replaces it later is not seen.
package struct RecordTable<Row: RecordRow>: Sendable {
  /// The recorded steps, in order.
  package let steps: [Int]
  private let storage: Storage

  private enum Storage: Sendable {
    /// Where the rows of each step begin, and at last their number.
    case rows([Row], starts: [Int])
    /// Where the lines of each step begin, in bytes, and at last where they end.
    case file(InputFile, starts: [Int])
  }

  /// A table of rows that are sorted by their steps.
  package init(_ rows: [Row] = []) {
    var steps: [Int] = []
    var starts: [Int] = []
    for (index, row) in rows.enumerated() where row.step != steps.last {
      steps.append(row.step)
      starts.append(index)
    }
    self.steps = steps
    storage = .rows(rows, starts: starts + [rows.count])
  }

  init(steps: [Int], in file: InputFile, starts: [Int]) {
    self.steps = steps
    storage = .file(file, starts: starts)
  }

  package var isEmpty: Bool { steps.isEmpty }

  /// The rows of a step; none where it was not recorded.
  package func rows(at step: Int) -> [Row] {
    let place = steps.partitioningIndex { $0 >= step }
    return place < steps.count && steps[place] == step ? rows(inPlace: place) : []
  }

  /// Every row. For tables that have one row a step: others may be larger than memory.
  package var all: [Row] {
    if case .rows(let rows, _) = storage { return rows }
    return steps.indices.flatMap { rows(inPlace: $0) }
  }

  /// Shows the rows of one recorded step after another.
  package func forEachStep(_ body: (_ step: Int, _ rows: [Row]) throws -> Void) rethrows {
    for (place, step) in steps.enumerated() { try body(step, rows(inPlace: place)) }
  }

  private func rows(inPlace place: Int) -> [Row] {
    switch storage {
    case .rows(let rows, let starts): return Array(rows[starts[place]..<starts[place + 1]])
    case .file(let file, let starts):
      do {
        var reader = RowReader<Row>(file, in: starts[place]..<starts[place + 1])
        var rows: [Row] = []
        while let row = try reader.next() { rows.append(row) }
        return rows
      } catch {
        // It was read before, from first to last.
        preconditionFailure("\(error.description) It was changed while it was read.")
      }
    }
  }
}

extension RandomAccessCollection {
  /// The first place for which a condition holds, that holds for all behind it, too.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Index {
    var (low, count) = (startIndex, self.count)
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if holds(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}

extension RecordTable: Equatable {
  package static func == (left: Self, right: Self) -> Bool {
    left.steps == right.steps
      && left.steps.indices.allSatisfy { left.rows(inPlace: $0) == right.rows(inPlace: $0) }
  }
}
