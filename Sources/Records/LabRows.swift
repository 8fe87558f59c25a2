package import Experiments

/// What a trained network does without some of its blocks.
package struct LesionRow: Hashable, Sendable {
  package enum Kind: String, Sendable {
    /// As it was trained.
    case none
    /// One block gone.
    case deleted
    /// A block and the next one in each other's place.
    case exchanged
    /// Several blocks gone that were chosen at random.
    case random
  }

  /// Steps done.
  package var step: Int
  package var kind: Kind
  /// Of several choices of as many blocks, which one, from 0.
  package var draw: Int
  /// Indices from 1: those gone, or the first of two that changed places.
  package var blocks: [Int]
  /// On the evaluated images, in percent.
  package var error: Double

  package init(step: Int, kind: Kind, draw: Int = 0, blocks: [Int], error: Double) {
    self.step = step
    self.kind = kind
    self.draw = draw
    self.blocks = blocks
    self.error = error
  }
}

/// The gradient of paths through so many branches, for one choice of branches.
package struct PathRow: Hashable, Sendable {
  /// Steps done.
  package var step: Int
  /// How many of the blocks were left by their branch; the others by their shortcut.
  package var branches: Int
  /// Which choice of them, from 0.
  package var draw: Int
  /// ‖∂loss/∂images‖₂ along these paths, of one mini-batch.
  package var gradient: Double

  package init(step: Int, branches: Int, draw: Int, gradient: Double) {
    self.step = step
    self.branches = branches
    self.draw = draw
    self.gradient = gradient
  }
}

extension LesionRow: RecordRow {
  package static let table = "lesions"
  package static let tableInFormat1: String? = nil
  package static let columns = ["step", "kind", "draw", "blocks", "evaluation_error"]

  package var subject: String { "\(kind.rawValue) \(draw) \(blocksText)" }
  private var blocksText: String { blocks.map(String.init).joined(separator: "+") }

  package var recorded: LesionRow {
    var row = self
    row.error = error.rounded(toDigits: 7)
    return row
  }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(kind.rawValue)
    text.add(draw)
    text.add(blocksText)
    text.add(error)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    let step = try fields.integer()
    let kind: Kind = try fields.choice("kind of lesion")
    let draw = try fields.integer()
    let blocksText = try fields.word()
    let parts = blocksText.split(separator: "+")
    let blocks = parts.compactMap { Int($0) }
    guard blocks.count == parts.count, blocks.allSatisfy({ $0 > 0 }) else {
      throw CSVFault(reason: "“\(blocksText)” are no blocks")
    }
    self.init(
      step: step, kind: kind, draw: draw, blocks: blocks, error: try fields.measuredPercentage())
  }

  package static func plan(of run: RunDescription) -> TablePlan<String> {
    TablePlan(first: 1, limit: run.iterations, mayBeEmpty: true)
  }
}

extension PathRow: RecordRow {
  package static let table = "paths"
  package static let tableInFormat1: String? = nil
  package static let columns = ["step", "branches", "draw", "image_gradient"]

  package var subject: String { "\(branches) \(draw)" }

  package var recorded: PathRow {
    var row = self
    row.gradient = gradient.rounded(toDigits: 5)
    return row
  }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(branches)
    text.add(draw)
    text.add(gradient)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), branches: try fields.integer(), draw: try fields.integer(),
      gradient: try fields.size())
  }

  package static func plan(of run: RunDescription) -> TablePlan<String> {
    TablePlan(first: 1, limit: run.iterations, mayBeEmpty: true)
  }
}

extension RunRecord {
  package var lesions: [LesionRow] { self[LesionRow.self].all }
  package var paths: [PathRow] { self[PathRow.self].all }
  package var agreement: [AgreementRow] { self[AgreementRow.self].all }
  package var line: [LineRow] { self[LineRow.self].all }
  package var surface: [SurfaceRow] { self[SurfaceRow.self].all }
}

extension RecordStore {
  /// Whether something was measured of a finished run.
  package func has<Row: RecordRow>(_ rows: Row.Type, of run: RunConfiguration) -> Bool {
    InputFile.exists("\(output)/runs/\(run.runName)/\(Row.fileName)")
  }

  /// The same of a measurement.
  package func has(_ measurement: Measurement, of run: RunConfiguration) -> Bool {
    switch measurement {
    case .lesions: has(LesionRow.self, of: run)
    case .paths: has(PathRow.self, of: run)
    case .agreement: has(AgreementRow.self, of: run)
    case .surface: has(SurfaceRow.self, of: run)
    }
  }

  /// Puts what was measured of a finished run beside its records.
  package func write<Row: RecordRow>(
    _ rows: [Row], of run: RunConfiguration
  ) throws(RecordError) {
    var text = CSVText()
    text.add(header: Row.columns)
    for row in rows { text.add(row.recorded) }
    try writeAtomically(text.take(), to: "\(output)/runs/\(run.runName)/\(Row.fileName)")
  }

  /// The path of the final weights of a run that was finished here.
  package func weights(of run: RunConfiguration) -> String {
    "\(output)/runs/\(run.runName)/\(Checkpoint.fileName)"
  }
}
