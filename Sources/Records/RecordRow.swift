/// A row of one of a run's tables. Tables are in long form: a step has one row, or one for each of
/// the things that it is about, always the same ones in the same order.
///
/// A table is added by a type of rows and a line in ``RecordTables``; writing, continuing, cutting
/// back, thinning and reading follow from these.
package protocol RecordRow: Hashable, Sendable {
  /// What a row is about beside its step: a layer, a block.
  associatedtype Subject: Hashable & Sendable

  /// The table's name; its file is `<name>.csv`.
  static var table: String { get }
  /// What the table was called before format 2; nil where there was none.
  static var tableInFormat1: String? { get }
  static var columns: [String] { get }
  /// Larger files, in bytes, are not held in memory.
  static var memoryLimit: Int { get }

  var step: Int { get }
  var subject: Subject { get }
  /// The row with as many digits as are recorded.
  var recorded: Self { get }

  func write(to line: inout CSVText)
  init(_ fields: inout CSVFields) throws(CSVFault)

  /// Which rows the table of a run has when it is whole.
  static func plan(of run: RunDescription) -> TablePlan<Subject>
  /// Which rows stay in the table of a finished run, asked in their order; nil where all do.
  static func thinning(of run: RunDescription) -> ((Self) -> Bool)?
}

extension RecordRow {
  package static var tableInFormat1: String? { table }
  package static var memoryLimit: Int { 1 << 24 }
  package static func thinning(of run: RunDescription) -> ((Self) -> Bool)? { nil }

  /// The fields of its line, as many as there are columns; empty where something was not measured.
  package var fields: [String] {
    var text = CSVText()
    write(to: &text)
    return String(decoding: text.take(), as: UTF8.self)
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  /// The name of the table's file.
  static var fileName: String { "\(table).csv" }
}

/// The tables of a run.
package enum RecordTables {
  /// Every type of rows, in the order in which tables are read: the steps first, which tell how long
  /// the run was.
  package static let all: [any RecordRow.Type] = [
    StepRow.self, EvaluationRow.self, GradientRow.self, ResponseRow.self, BlockRow.self,
  ]

  /// What is measured of finished runs, and put beside their records, where it was.
  package static let ofLabs: [any RecordRow.Type] = [
    LesionRow.self, PathRow.self, AgreementRow.self, LineRow.self, SurfaceRow.self,
  ]
}

/// What a row is about that is the only one of its step.
package enum WholeStep: Hashable, Sendable { case step }

/// What is wrong with a line.
package struct CSVFault: Error {
  let reason: String
}
