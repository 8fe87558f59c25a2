import Experiments

extension StepRow: CSVRow {
  static let fileName = "steps.csv"
  static let columns = ["step", "loss", "error", "learning_rate"]

  func write(to text: inout CSVText) {
    text.add(step)
    text.add(loss)
    text.add(error)
    text.add(learningRate)
  }

  init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), loss: try fields.number(), error: try fields.number(),
      learningRate: try fields.number())
  }
}

extension EpochRow: CSVRow {
  static let fileName = "epochs.csv"
  static let columns = ["step", "epoch", "training_error", "evaluation_error"]

  func write(to text: inout CSVText) {
    text.add(step)
    text.add(epoch)
    text.add(trainingError)
    text.add(evaluationError)
  }

  init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), epoch: try fields.number(),
      trainingError: try fields.number(), evaluationError: try fields.number())
  }
}

extension GradientRow: CSVRow {
  static let fileName = "gradients.csv"
  static let columns = [
    "step", "layer_index", "layer", "stage", "path", "kind", "l2", "rms", "max", "zero_fraction",
    "weight_norm", "update_ratio",
  ]

  func write(to text: inout CSVText) {
    text.add(step)
    text.add(layer.index)
    text.add(layer.name)
    text.add(layer.stage)
    text.add(layer.path.rawValue)
    text.add(kind.rawValue)
    text.add(l2)
    text.add(rms)
    text.add(maximum)
    text.add(zeroFraction)
    text.add(weightNorm)
    text.add(updateRatio)
  }

  init(_ fields: inout CSVFields) throws(CSVFault) {
    step = try fields.integer()
    layer = try fields.place()
    let word = try fields.word()
    guard let kind = Kind(rawValue: word) else {
      throw CSVFault(reason: "“\(word)” is neither weight nor activation")
    }
    self.kind = kind
    l2 = try fields.number()
    rms = try fields.number()
    maximum = try fields.number()
    zeroFraction = try fields.number()
    weightNorm = try fields.optionalNumber()
    updateRatio = try fields.optionalNumber()
  }
}

extension ResponseRow: CSVRow {
  static let fileName = "responses.csv"
  static let columns = [
    "step", "layer_index", "layer", "stage", "path", "deviation", "mean",
  ]

  func write(to text: inout CSVText) {
    text.add(step)
    text.add(layer.index)
    text.add(layer.name)
    text.add(layer.stage)
    text.add(layer.path.rawValue)
    text.add(deviation)
    text.add(mean)
  }

  init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), layer: try fields.place(), deviation: try fields.number(),
      mean: try fields.number())
  }
}
