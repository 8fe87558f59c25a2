package import Experiments

extension StepRow: RecordRow {
  package static let table = "steps"
  package static let columns = ["step", "loss", "error", "learning_rate"]
  /// Two million steps or so: they are asked for as a whole, and are no larger in memory.
  package static let memoryLimit = 1 << 26

  package var subject: WholeStep { .step }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(loss)
    text.add(measured: error)
    text.add(learningRate)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), loss: try fields.number(),
      error: try fields.measuredPercentage(), learningRate: try fields.size())
  }

  /// Every step; of a finished run those whose losses its schedule keeps.
  package static func plan(of run: RunDescription) -> TablePlan<WholeStep> {
    guard let configuration = run.configuration else { return TablePlan(subjects: [.step]) }
    let (recording, iterations) = (configuration.recording, configuration.schedule.iterations)
    return TablePlan(
      isRecorded: { _ in true }, limit: iterations,
      isKept: { recording.keepsLoss(of: $0, of: iterations) },
      subjects: [.step])
  }

  /// The losses of the run's schedule stay, and the first that is not finite.
  package static func thinning(of run: RunDescription) -> ((StepRow) -> Bool)? {
    guard let configuration = run.configuration, configuration.recording.lossInterval != nil else {
      return nil
    }
    let (recording, iterations) = (configuration.recording, configuration.schedule.iterations)
    var hasDiverged = false
    return { row in
      defer { if !row.loss.isFinite { hasDiverged = true } }
      return recording.keepsLoss(of: row.step, of: iterations)
        || !row.loss.isFinite && !hasDiverged
    }
  }
}

extension EvaluationRow: RecordRow {
  package static let table = "evaluations"
  package static let tableInFormat1: String? = "epochs"
  package static let columns = ["step", "epoch", "training_error", "evaluation_error"]

  package var subject: WholeStep { .step }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(measured: epoch)
    text.add(measured: trainingError)
    text.add(measured: evaluationError)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), epoch: try fields.measuredSize(),
      trainingError: try fields.measuredPercentage(),
      evaluationError: try fields.measuredPercentage())
  }

  /// Evaluations are counted in steps done: none comes before the first step.
  package static func plan(of run: RunDescription) -> TablePlan<WholeStep> {
    TablePlan(
      isRecorded: run.isRecorded { $0.recording.evaluates(after: $1, of: $0.schedule.iterations) },
      first: 1, limit: run.iterations, subjects: [.step], mayBeEmpty: run.configuration == nil)
  }
}

extension GradientRow: RecordRow {
  package static let table = "gradients"
  package static let columns = [
    "step", "layer_index", "layer", "stage", "path", "kind", "l2", "rms", "max", "zero_fraction",
    "weight_norm", "update_ratio",
  ]

  /// A layer's weights or its output.
  package struct Subject: Hashable, Sendable {
    let layer: LayerPlace
    let kind: Kind
  }

  package var subject: Subject { Subject(layer: layer, kind: kind) }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(layer)
    text.add(kind.rawValue)
    for number in [l2, rms, maximum, zeroFraction] { text.add(isKnown ? number : nil) }
    text.add(weightNorm)
    text.add(updateRatio)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    step = try fields.integer()
    layer = try fields.place()
    let word = try fields.word()
    guard let kind = Kind(rawValue: word) else {
      throw CSVFault(reason: "“\(word)” is neither weight nor activation")
    }
    self.kind = kind
    let numbers = [
      try fields.optionalSize(), try fields.optionalSize(), try fields.optionalSize(),
      try fields.optionalShare(),
    ]
    let known = numbers.compactMap(\.self)
    guard known.isEmpty || known.count == numbers.count else {
      throw CSVFault(reason: "a number is missing")
    }
    l2 = numbers[0] ?? .nan
    rms = numbers[1] ?? .nan
    maximum = numbers[2] ?? .nan
    zeroFraction = numbers[3] ?? .nan
    weightNorm = try fields.optionalSize()
    updateRatio = try fields.optionalSize()
  }

  /// Every layer's weights, and its output behind them; of other programs' records the first step
  /// tells whose outputs.
  package static func plan(of run: RunDescription) -> TablePlan<Subject> {
    let layers = run.layers.map(\.place)
    return TablePlan(
      isRecorded: run.recordsGradients, limit: run.iterations,
      subjects: run.configuration.map { _ in
        layers.flatMap { layer in Kind.allCases.map { Subject(layer: layer, kind: $0) } }
      },
      fault: { first in
        let weights = first.filter { $0.kind == .weight }.map(\.layer)
        if let missing = layers.first(where: { !weights.contains($0) }) {
          return "the first recorded step lacks the weights of \(missing.name)"
        }
        return weights == layers && Set(first).count == first.count
          && fault(in: first.map(\.layer), of: layers) == nil
          ? nil : "the layers are not those of run.json in their order"
      },
      name: { "the \($0.kind == .weight ? "weights" : "output") of \($0.layer.name)" })
  }
}

extension ResponseRow: RecordRow {
  package static let table = "responses"
  package static let columns = [
    "step", "layer_index", "layer", "stage", "path", "deviation", "mean",
  ]

  package var subject: LayerPlace { layer }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(layer)
    text.add(isKnown ? deviation : nil)
    text.add(isKnown ? mean : nil)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    step = try fields.integer()
    layer = try fields.place()
    let (deviation, mean) = (try fields.optionalSize(), try fields.optionalNumber())
    guard (deviation == nil) == (mean == nil) else {
      throw CSVFault(reason: "a number is missing")
    }
    self.deviation = deviation ?? .nan
    self.mean = mean ?? .nan
    isKnown = deviation != nil
  }

  package static func plan(of run: RunDescription) -> TablePlan<LayerPlace> {
    let layers = run.layers.map(\.place)
    return TablePlan(
      isRecorded: run.recordsGradients, limit: run.iterations,
      subjects: run.configuration.map { _ in layers },
      fault: { fault(in: $0, of: layers) }, name: { "\($0.name)" },
      mayBeEmpty: run.configuration == nil)
  }
}

extension BlockRow: RecordRow {
  package static let table = "blocks"
  package static let tableInFormat1: String? = nil
  package static let columns = [
    "step", "block_index", "block", "stage", "shape_changes", "gradient_at_sum",
    "gradient_through_shortcut", "gradient_through_branch", "gradient_cosine", "input_rms",
    "branch_rms", "output_rms",
  ]

  package var subject: BlockPlace { block }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(block.index)
    text.add(block.name)
    text.add(block.stage)
    text.add("\(block.changesShape)")
    text.add(gradientAtSum)
    text.add(gradientThroughShortcut)
    text.add(gradientThroughBranch)
    text.add(gradientCosine)
    text.add(inputRMS)
    text.add(branchRMS)
    text.add(outputRMS)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), block: try fields.block(), gradientAtSum: try fields.size(),
      gradientThroughShortcut: try fields.optionalSize(),
      gradientThroughBranch: try fields.size(), gradientCosine: try fields.optionalCosine(),
      inputRMS: try fields.size(), branchRMS: try fields.size(), outputRMS: try fields.size())
  }

  /// Blocks were not measured before format 2.
  package static func plan(of run: RunDescription) -> TablePlan<BlockPlace> {
    TablePlan(
      isRecorded: run.recordsGradients, limit: run.iterations, subjects: run.blocks,
      fault: { first in
        first.map(\.index) == Array(1...max(first.count, 1))
          ? nil : "the blocks are not counted from 1 on"
      }, name: { $0.name }, mayBeEmpty: true)
  }
}

extension CSVText {
  fileprivate mutating func add(_ layer: LayerPlace) {
    add(layer.index)
    add(layer.name)
    add(layer.stage)
    add(layer.path.rawValue)
  }
}
