/// How much of a run its tables are of.
enum Extent {
  /// A run that has finished, of so many steps; nil where the table of steps itself is read.
  case finished(steps: Int?)
  /// A run under way that can be continued after so many steps.
  case saved(steps: Int)
  /// A run under way, as far as its steps are told of; nil where the table of steps itself is read.
  case growing(steps: Int?)

  var isGrowing: Bool { if case .growing = self { true } else { false } }
}

extension RecordTable {
  /// Reads a table from first to last and checks that it is whole: of every step that is recorded, a row
  /// about everything that rows are about, in order.
  init(
    _ path: String, of run: RunDescription, _ extent: Extent, memoryLimit: Int = Row.memoryLimit
  ) throws(RecordError) {
    var reader = try RowReader<Row>(path, isGrowing: extent.isGrowing)
    let isHeld = reader.file.size <= memoryLimit
    var check = Wholeness<Row>(run, extent)
    var rows: [Row] = []
    var steps: [Int] = []
    var starts: [Int] = []
    var end = reader.rowOffset
    while let row = try reader.next(), !check.isBeyondEnd(row) {
      do throws(CSVFault) {
        let isFirst = try check.accept(row)
        if isHeld {
          rows.append(row)
        } else if isFirst {
          steps.append(row.step)
          starts.append(end)
        }
      } catch {
        throw reader.fault(error.reason)
      }
      end = reader.rowOffset
    }
    do throws(CSVFault) {
      let cut = try check.finish()
      if isHeld {
        rows.removeLast(cut)
      } else if cut > 0 {
        steps.removeLast()
        end = starts.removeLast()
      }
    } catch {
      throw .malformed(path: path, line: nil, reason: error.reason)
    }
    self =
      isHeld
      ? RecordTable(rows) : RecordTable(steps: steps, in: reader.file, starts: starts + [end])
  }
}

/// Follows the rows of a table and says what is missing, twice there, or out of order.
struct Wholeness<Row: RecordRow> {
  private let plan: TablePlan<Row.Subject>
  private let extent: Extent
  private let keeps: ((Row) -> Bool)?
  /// What each step has rows about; those of the first step until that is over where nothing is planned.
  private var subjects: [Row.Subject]
  private var areSubjectsKnown: Bool
  /// Of the rows so far.
  private var step: Int?
  private var rowsOfStep = 0

  init(_ run: RunDescription, _ extent: Extent) {
    self.extent = extent
    plan = Row.plan(of: run)
    subjects = plan.subjects ?? []
    areSubjectsKnown = plan.subjects != nil
    if case .finished = extent { keeps = Row.thinning(of: run) } else { keeps = nil }
  }

  /// Whether a step has rows here; nil where that is not known.
  private func isDue(_ step: Int) -> Bool? {
    guard let isRecorded = plan.isRecorded else { return nil }
    guard isRecorded(step) else { return false }
    if case .finished = extent, let isKept = plan.isKept { return isKept(step) }
    return true
  }

  /// Takes the next row; says whether it is the first of its step.
  mutating func accept(_ row: Row) throws(CSVFault) -> Bool {
    let isKept = keeps?(row) ?? true
    let isFirst = row.step != step
    if isFirst {
      try endStep()
      if let step, row.step < step {
        throw CSVFault(reason: "step \(row.step) comes behind step \(step)")
      }
      guard row.step >= plan.first, row.step - plan.first < plan.limit ?? .max else {
        throw CSVFault(reason: "step \(row.step) is not one of the run")
      }
      try requireNothingDue(before: row.step)
      guard (isDue(row.step) ?? true) || keeps != nil && isKept else {
        throw CSVFault(reason: "step \(row.step) is not one of those that are recorded")
      }
      step = row.step
      rowsOfStep = 0
    }
    if areSubjectsKnown {
      guard rowsOfStep < subjects.count else {
        throw CSVFault(reason: "step \(row.step) has a row too many")
      }
      let expected = subjects[rowsOfStep]
      guard row.subject == expected else {
        throw CSVFault(
          reason: "step \(row.step) should tell of \(plan.name(expected)) here, not of "
            + plan.name(row.subject))
      }
    } else {
      subjects.append(row.subject)
    }
    rowsOfStep += 1
    return isFirst
  }

  /// Whether a row of a run under way is of a step that is not told of yet.
  func isBeyondEnd(_ row: Row) -> Bool {
    if case .growing(let steps?) = extent { row.step - plan.first >= steps } else { false }
  }

  /// Says how many rows at the end are to be left out: those of a step that is being written.
  mutating func finish() throws(CSVFault) -> Int {
    if extent.isGrowing, isLastStepCut { return rowsOfStep }
    try endStep()
    if step == nil, plan.mayBeEmpty { return 0 }
    let done: Int? =
      switch extent {
      case .saved(let steps): steps
      case .finished(let steps): steps ?? step.map { $0 + 1 }
      case .growing: nil
      }
    guard let done else { return 0 }
    if let step, step - plan.first >= done {
      throw CSVFault(reason: "step \(step) is beyond the \(done) steps that were done")
    }
    try requireNothingDue(before: done + plan.first)
    return 0
  }

  private var isLastStepCut: Bool {
    areSubjectsKnown ? rowsOfStep < subjects.count : plan.fault(subjects) != nil
  }

  /// Complains where the last step so far lacks rows.
  private mutating func endStep() throws(CSVFault) {
    guard let step else { return }
    if !areSubjectsKnown {
      if let fault = plan.fault(subjects) { throw CSVFault(reason: fault) }
      areSubjectsKnown = true
    }
    guard rowsOfStep == subjects.count else {
      throw CSVFault(
        reason: "step \(step) lacks \(plan.name(subjects[rowsOfStep]))")
    }
  }

  /// Complains where a step that is recorded has no rows, between the last one and another.
  private func requireNothingDue(before next: Int) throws(CSVFault) {
    guard plan.isRecorded != nil, !subjects.isEmpty else { return }
    let begin = step.map { $0 + 1 } ?? plan.first
    if let missing = (begin..<max(begin, next)).first(where: { isDue($0) == true }) {
      throw CSVFault(reason: "step \(missing) is missing")
    }
  }
}
