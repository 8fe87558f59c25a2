package import Experiments

/// What happened in one training, as figures read it: whose it is, and its tables.
package struct RunRecord: Sendable {
  package var run: RunDescription
  /// Tables of rows by their names.
  private var tables: [String: any Sendable] = [:]

  package init(_ run: RunDescription) { self.run = run }

  package init(configuration: RunConfiguration, context: RunContext) {
    self.init(RunDescription(configuration, context: context))
  }

  /// The table of a type of rows; empty where nothing of it was recorded.
  package subscript<Row: RecordRow>(rows: Row.Type) -> RecordTable<Row> {
    get { tables[Row.table] as? RecordTable<Row> ?? RecordTable() }
    set { tables[Row.table] = newValue }
  }
}

extension RunRecord {
  /// The configuration of a training of our own. Other programs' records have none.
  package var configuration: RunConfiguration {
    guard let configuration = run.configuration else {
      preconditionFailure("\(run.subject.name) was not trained here")
    }
    return configuration
  }

  package var context: RunContext { run.context }

  package var steps: [StepRow] {
    get { self[StepRow.self].all }
    set { self[StepRow.self] = RecordTable(newValue) }
  }

  package var evaluations: [EvaluationRow] {
    get { self[EvaluationRow.self].all }
    set { self[EvaluationRow.self] = RecordTable(newValue) }
  }

  package var gradients: RecordTable<GradientRow> {
    get { self[GradientRow.self] }
    set { self[GradientRow.self] = newValue }
  }

  package var responses: RecordTable<ResponseRow> {
    get { self[ResponseRow.self] }
    set { self[ResponseRow.self] = newValue }
  }

  package var blocks: RecordTable<BlockRow> {
    get { self[BlockRow.self] }
    set { self[BlockRow.self] = newValue }
  }
}

extension RunRecord {
  /// The first step whose loss was infinite or not a number; nil where there was none.
  package var divergedStep: Int? { steps.first { !$0.loss.isFinite }?.step }

  /// The steps whose gradients were recorded, in order.
  package var gradientSteps: [Int] { gradients.steps }

  /// The gradients of one kind at one step on the main path, in forward order.
  package func gradients(_ kind: GradientRow.Kind, at step: Int) -> [GradientRow] {
    gradients.rows(at: step).filter { $0.kind == kind && $0.layer.path == .main }
  }
}
