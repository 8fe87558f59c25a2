import Platform

/// Reads a run under way again and again, each time what has come since: the rows of every step that is
/// told of whole, up to the byte.
package struct RunTail: Sendable {
  /// How far each table was read, in bytes, in the order of ``RecordTables``: who knows these can go on
  /// reading from there.
  package struct Offsets: Hashable, Sendable {
    package let bytes: [Int]

    /// Nil where there are not as many as tables.
    package init?(_ bytes: [Int]) {
      guard bytes.count == RecordTables.all.count, bytes.allSatisfy({ $0 >= 0 }) else { return nil }
      self.bytes = bytes
    }
  }

  /// Rows that have come, step by step.
  package struct News: Sendable {
    package var steps: [[StepRow]] = []
    package var evaluations: [[EvaluationRow]] = []
    package var gradients: [[GradientRow]] = []
    package var responses: [[ResponseRow]] = []
    package var blocks: [[BlockRow]] = []

    package var isEmpty: Bool {
      steps.isEmpty && evaluations.isEmpty && gradients.isEmpty && responses.isEmpty
        && blocks.isEmpty
    }
  }

  package let folder: RunFolder
  package let description: RunDescription
  private var steps: TableTail<StepRow>
  private var evaluations: TableTail<EvaluationRow>
  private var gradients: TableTail<GradientRow>
  private var responses: TableTail<ResponseRow>
  private var blocks: TableTail<BlockRow>

  /// The beginning of a run under way.
  package init(_ folder: RunFolder) throws(RecordError) {
    self.folder = folder
    description = try folder.description()
    steps = TableTail(folder, description)
    evaluations = TableTail(folder, description)
    gradients = TableTail(folder, description)
    responses = TableTail(folder, description)
    blocks = TableTail(folder, description)
  }

  package var offsets: Offsets {
    guard
      let offsets = Offsets([
        steps.offset, evaluations.offset, gradients.offset, responses.offset, blocks.offset,
      ])
    else { preconditionFailure("there is an offset for every table") }
    return offsets
  }

  /// Reads what has come since the last time, or as far as somebody has read it before.
  ///
  /// - Throws: ``RecordError/changed(run:difference:)`` where what was read before is no longer there: the
  ///   run was begun anew, or continued from a state before.
  package mutating func read(upTo end: Offsets? = nil) throws(RecordError) -> News {
    var news = News()
    let ends = end?.bytes ?? Array(repeating: .max, count: RecordTables.all.count)
    // The steps come first, so that no gradient is told of before its step.
    news.steps = try steps.read(upTo: ends[0])
    news.evaluations = try evaluations.read(upTo: ends[1])
    news.gradients = try gradients.read(upTo: ends[2])
    news.responses = try responses.read(upTo: ends[3])
    news.blocks = try blocks.read(upTo: ends[4])
    return news
  }
}

/// The end of one table that grows.
private struct TableTail<Row: RecordRow>: Sendable {
  private let path: String
  private let run: String
  /// How many rows a step has; nil where the first recorded step has to tell.
  private var rowsOfStep: Int?
  /// Behind the last whole step that was read.
  private(set) var offset = 0
  /// Which file that was.
  private var identity: FileIdentity?
  /// How many rows there were the last time of a first step that may not be whole.
  private var rowsBefore = 0

  init(_ folder: RunFolder, _ description: RunDescription) {
    path = "\(folder.path)/\(Row.fileName)"
    run = folder.name
    rowsOfStep = Row.plan(of: description).subjects?.count
  }

  mutating func read(upTo limit: Int) throws(RecordError) -> [[Row]] {
    guard exists(path) else { return [] }
    let file = try InputFile(path)
    guard file.size >= offset, identity ?? file.identity == file.identity else {
      throw .changed(run: run, difference: "it was begun anew, or continued from a state before")
    }
    identity = file.identity
    guard min(file.size, limit) > offset else { return [] }
    var reader =
      offset == 0
      ? try RowReader<Row>(path, isGrowing: true) : RowReader<Row>(growing: file, from: offset)
    if offset == 0, reader.line > 0 { offset = reader.rowOffset }
    var steps: [[Row]] = []
    var rows: [Row] = []
    func end(at place: Int) {
      steps.append(rows)
      rowsOfStep = rows.count
      rows = []
      offset = place
    }
    var before = reader.rowOffset
    while before < limit, let row = try reader.next(), reader.rowOffset <= limit {
      if let first = rows.first, first.step != row.step {
        // Of the first step, another one tells that it is whole.
        guard rowsOfStep == nil else { throw reader.fault("step \(first.step) lacks rows") }
        end(at: before)
      }
      rows.append(row)
      before = reader.rowOffset
      if rows.count == rowsOfStep { end(at: before) }
    }
    // Or nothing has come for a while.
    if rowsOfStep == nil, !rows.isEmpty, rows.count == rowsBefore { end(at: before) }
    rowsBefore = rowsOfStep == nil ? rows.count : 0
    return steps
  }
}
