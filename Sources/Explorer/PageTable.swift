import Experiments
import Records

/// A table as pages have it: which rows are in it, and their columns. Gradients of weights and those that
/// reach outputs are two tables there.
struct PageTable<Row: RecordRow>: Sendable {
  /// A column: its name, where its numbers come from (nil where one was not measured), and their kind.
  struct Column: Sendable {
    let name: String
    let kind: NumberKind
    /// A column before it that grows and shrinks with it.
    let relative: String?
    let value: @Sendable (Row) -> Double?

    init(
      _ name: String, _ kind: NumberKind, relative: String? = nil,
      _ value: @escaping @Sendable (Row) -> Double?
    ) {
      self.name = name
      self.kind = kind
      self.relative = relative
      self.value = value
    }
  }

  let name: String
  let columns: [Column]
  /// Of the rows of a step, those that are in it.
  var isIn: @Sendable (Row) -> Bool = { _ in true }
  /// Which layer a row is about; nil for tables that are about something else.
  var layer: (@Sendable (Row) -> String)?

  /// The rows of a step that are in it.
  func rows(_ rows: [Row]) -> [Row] { rows.filter(isIn) }

  /// The places of the layers, among those of a run, that rows are about; nil where they are all in order,
  /// or where rows are about something else.
  func layers(of rows: [Row], in run: RunDescription) -> [Int]? {
    guard let layer else { return nil }
    let places = Dictionary(run.layers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let found = rows.compactMap { places[layer($0)] }
    return found == Array(run.layers.indices) ? nil : found
  }
}

/// What kind of numbers a column has.
enum NumberKind: Sendable {
  /// Without a sign, over many orders of magnitude.
  case norm
  case percentage
  /// 0…1.
  case share
  case number

  /// The numbers of a column, packed.
  func packed(_ values: [Double?]) -> Column {
    switch self {
    case .norm: Column(norms: values)
    case .percentage: Column(numbers: values, step: 0.005)
    case .share: Column(numbers: values, step: 5e-5)
    case .number: Column(numbers: values)
    }
  }
}

/// nil for nan, which stands for what was not measured in columns that cannot be nan.
private func measured(_ value: Double) -> Double? { value.isNaN ? nil : value }

extension PageTable<StepRow> {
  static let steps = PageTable(
    name: "steps",
    columns: [
      Column("loss", .norm) { $0.loss }, Column("error", .percentage) { measured($0.error) },
      Column("rate", .norm) { $0.learningRate },
    ])
}

extension PageTable<EvaluationRow> {
  static let evaluations = PageTable(
    name: "evaluations",
    columns: [
      Column("epoch", .number) { measured($0.epoch) },
      Column("training", .percentage) { measured($0.trainingError) },
      Column("evaluation", .percentage) { measured($0.evaluationError) },
    ])
}

extension PageTable<GradientRow> {
  private static let norms = [
    Column("l2", .norm) { $0.isKnown ? $0.l2 : nil },
    Column("rms", .norm, relative: "l2") { $0.isKnown ? $0.rms : nil },
    Column("max", .norm, relative: "l2") { $0.isKnown ? $0.maximum : nil },
    Column("zeros", .share) { measured($0.zeroFraction) },
  ]

  static let weights = PageTable(
    name: "weight",
    columns: norms + [
      Column("weight", .norm) { $0.weightNorm }, Column("update", .norm) { $0.updateRatio },
    ], isIn: { $0.kind == .weight }, layer: { $0.layer.name })

  static let outputs = PageTable(
    name: "activation", columns: norms, isIn: { $0.kind == .activation },
    layer: { $0.layer.name })
}

extension PageTable<ResponseRow> {
  static let responses = PageTable(
    name: "responses",
    columns: [
      Column("deviation", .norm) { $0.isKnown ? $0.deviation : nil },
      Column("mean", .number) { $0.isKnown ? $0.mean : nil },
    ], layer: { $0.layer.name })
}

extension PageTable<BlockRow> {
  static let blocks = PageTable(
    name: "blocks",
    columns: [
      Column("sum", .norm) { $0.gradientAtSum },
      Column("shortcut", .norm, relative: "sum") { $0.gradientThroughShortcut },
      Column("branch", .norm, relative: "sum") { $0.gradientThroughBranch },
      Column("cosine", .number) { $0.gradientCosine }, Column("input", .norm) { $0.inputRMS },
      Column("added", .norm) { $0.branchRMS },
      Column("output", .norm, relative: "input") { $0.outputRMS },
    ])
}
