import Experiments
import RealModule
package import Records

/// A run as scalars for TensorBoard, which holds them in single precision and sorts them by their tags.
package struct TensorBoardRun {
  private let record: RunRecord
  /// Whether there is more of each layer than its weight gradient.
  private let isWhole: Bool
  /// Tags of layers, whose numbers are as long as the greatest: in the order of the alphabet they are in that
  /// of the layers.
  private let names: [LayerPlace: String]

  /// The name of the file, which is the same each time: what is exported again replaces it.
  package static let fileName = "events.out.tfevents.0000000000.gradflow"

  package init(_ record: RunRecord, isWhole: Bool = false) {
    self.record = record
    self.isWhole = isWhole
    let places = record.run.layers.map(\.place)
    let width = "\(places.map(\.index).max() ?? 0)".count
    names = Dictionary(
      places.map { place in
        let number = "\(place.index)"
        let padded = String(repeating: "0", count: width - number.count) + number
        return (place, "\(padded) \(place.name)\(place.path == .shortcut ? " (shortcut)" : "")")
      }
    ) { first, _ in first }
  }

  /// The bytes of the file, a part at a time, step by step.
  package func forEachPart<Failure: Error>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    try body(EventFile.beginning)
    let tables = [
      record[StepRow.self].steps, record[EvaluationRow.self].steps, record.gradients.steps,
      isWhole ? record.responses.steps : [],
    ]
    for step in Set(tables.joined()).sorted() {
      let values = values(at: step)
      if !values.isEmpty { try body(EventFile.event(step: step, values)) }
    }
  }

  /// What was measured at a step. A number that is infinite or nan is one; what was not measured is not
  /// there.
  private func values(at step: Int) -> [(tag: String, value: Float)] {
    var values: [(tag: String, value: Float)] = []
    func add(_ tag: String, _ value: Double?) {
      if let value { values.append((tag, Float(value))) }
    }
    func measured(_ value: Double) -> Double? { value.isNaN ? nil : value }
    for row in record[StepRow.self].rows(at: step) {
      add("training/loss", row.loss)
      add("training/error", measured(row.error))
      add("training/learning_rate", row.learningRate)
    }
    for row in record[EvaluationRow.self].rows(at: step) {
      add("evaluation/epoch", measured(row.epoch))
      add("evaluation/training_error", measured(row.trainingError))
      add("evaluation/evaluation_error", measured(row.evaluationError))
    }
    for row in record.gradients.rows(at: step) {
      guard let name = names[row.layer] else { continue }
      if row.kind == .weight {
        if row.isKnown {
          add("gradient_l2/\(name)", row.l2)
          add("gradient_log10_l2/\(name)", .log10(row.l2))
        }
        if isWhole { add("update_ratio/\(name)", row.updateRatio) }
      } else if isWhole, row.isKnown {
        add("output_gradient_l2/\(name)", row.l2)
        add("output_gradient_log10_l2/\(name)", .log10(row.l2))
      }
    }
    guard isWhole else { return values }
    for row in record.responses.rows(at: step) where row.isKnown {
      if let name = names[row.layer] { add("response_deviation/\(name)", row.deviation) }
    }
    return values
  }
}
