/// How alike gradients are that belong to different inputs.
package struct AgreementRow: Hashable, Sendable {
  /// Which inputs are compared, and in what.
  package enum Kind: String, Sendable {
    /// Points of a line that are so many points apart: the autocorrelation of ∂f/∂x.
    case line
    /// Images on the way from one to another that are so many steps apart: the cosine of ∂f/∂image.
    case walk
    /// Images of a mini-batch that are of one class: the cosine of ∂loss/∂output of a layer.
    case sameClass = "same-class"
    /// The same for images of different classes.
    case otherClass = "other-class"
  }

  /// Steps done.
  package var step: Int
  package var kind: Kind
  /// The layer at whose output gradients are compared; 0 for the input of the network.
  package var layerIndex: Int
  package var layer: String
  /// How many points or steps are between the inputs; 0 where they are in no order.
  package var lag: Int
  /// Of how many networks, walks or pairs of images this is the mean.
  package var count: Int
  /// −1…1, the mean; nan where there is no gradient to compare.
  package var cosine: Double
  /// The standard deviation over networks or walks; nan over pairs.
  package var deviation: Double

  package init(
    step: Int, kind: Kind, layerIndex: Int = 0, layer: String = "input", lag: Int = 0, count: Int,
    cosine: Double, deviation: Double = .nan
  ) {
    self.step = step
    self.kind = kind
    self.layerIndex = layerIndex
    self.layer = layer
    self.lag = lag
    self.count = count
    self.cosine = cosine
    self.deviation = deviation
  }
}

extension AgreementRow: RecordRow {
  package static let table = "agreement"
  package static let tableInFormat1: String? = nil
  package static let columns = [
    "step", "kind", "layer_index", "layer", "lag", "count", "cosine", "deviation",
  ]

  package var subject: String { "\(kind.rawValue) \(layerIndex) \(lag)" }

  package var recorded: AgreementRow {
    var row = self
    // Beside 1 and 0 no more is known in single precision.
    row.cosine = (cosine * 1e5).rounded() / 1e5
    row.deviation = deviation.rounded(toDigits: 3)
    return row
  }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(kind.rawValue)
    text.add(layerIndex)
    text.add(layer)
    text.add(lag)
    text.add(count)
    text.add(measured: cosine)
    text.add(measured: deviation)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), kind: try fields.choice("kind of agreement"),
      layerIndex: try fields.integer(), layer: try fields.word(),
      lag: try fields.integer(), count: try fields.integer(),
      cosine: try fields.optionalCosine() ?? .nan, deviation: try fields.measuredSize())
  }

  package static func plan(of run: RunDescription) -> TablePlan<String> {
    TablePlan(first: 0, limit: run.iterations.map { $0 + 1 }, mayBeEmpty: true)
  }
}

/// The gradient of a network's first output at a point of the line −2…2.
package struct LineRow: Hashable, Sendable {
  /// Steps done.
  package var step: Int
  /// From 0, at even distances.
  package var point: Int
  /// ∂f/∂x.
  package var gradient: Double

  package init(step: Int, point: Int, gradient: Double) {
    self.step = step
    self.point = point
    self.gradient = gradient
  }
}

extension LineRow: RecordRow {
  package static let table = "line"
  package static let tableInFormat1: String? = nil
  package static let columns = ["step", "point", "input_gradient"]

  package var subject: Int { point }

  package var recorded: LineRow {
    var row = self
    row.gradient = gradient.rounded(toDigits: 4)
    return row
  }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(point)
    text.add(gradient)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), point: try fields.integer(), gradient: try fields.number())
  }

  package static func plan(of run: RunDescription) -> TablePlan<Int> {
    TablePlan(first: 0, limit: run.iterations.map { $0 + 1 }, mayBeEmpty: true)
  }
}
