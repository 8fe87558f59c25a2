import Experiments

/// What makes a table whole.
package struct TablePlan<Subject: Hashable & Sendable>: Sendable {
  /// Whether a step has rows; nil where that is not known beforehand, as in records of other programs.
  var isRecorded: (@Sendable (_ step: Int) -> Bool)?
  /// The first step that can have rows: 1 where a row's step counts the steps done.
  var first = 0
  /// So many steps from the first one on can have rows; nil where that is not known.
  var limit: Int?
  /// Whether the rows of a recorded step stay when a run has finished; nil where all do.
  var isKept: (@Sendable (_ step: Int) -> Bool)?
  /// What each recorded step has rows about, in order; nil where the first recorded step tells.
  var subjects: [Subject]?
  /// Why the subjects of the first recorded step cannot be those of all, a clause.
  var fault: @Sendable (_ first: [Subject]) -> String? = { _ in nil }
  /// The words for a subject.
  var name: @Sendable (Subject) -> String = { "\($0)" }
  /// Whether a table without any row is that of a quantity that was not measured.
  var mayBeEmpty = false
}

extension RunDescription {
  /// The steps that a training of our own was to have.
  var iterations: Int? { configuration?.schedule.iterations }

  /// Whether something is recorded at a step, by the configuration; nil for other programs' records.
  func isRecorded(
    _ rule: @escaping @Sendable (RunConfiguration, Int) -> Bool
  ) -> (@Sendable (Int) -> Bool)? {
    guard let configuration else { return nil }
    return { rule(configuration, $0) }
  }

  /// Whether the gradients of a step are recorded.
  var recordsGradients: (@Sendable (Int) -> Bool)? {
    isRecorded { $0.recording.recordsGradients(at: $1, of: $0.schedule.iterations) }
  }
}

/// Why layers that a table is about are not layers of a run, each at most once for each kind and in
/// their order; nil where they are.
func fault(in named: [LayerPlace], of layers: [LayerPlace]) -> String? {
  var rest = layers[...]
  for layer in named {
    guard let found = rest.firstIndex(of: layer) else {
      return "“\(layer.name)” is not the next of the layers in run.json"
    }
    rest = rest[found...]
  }
  return nil
}
