/// The loss of a network whose weights were moved away from where training left them.
package struct SurfaceRow: Hashable, Sendable {
  /// Which way they were moved.
  package enum Kind: String, Sendable {
    /// Along two random directions, by so much of each.
    case plane
    /// From the initial weights, 0, to the final ones, 1; `second` is 0.
    case line
  }

  /// What normalizations take for mean and variance.
  package enum Statistics: String, Sendable {
    /// What training gathered; on the line between initial and final ones.
    case gathered
    /// Those of the mini-batch, with the moved weights.
    case batch
  }

  /// Steps done.
  package var step: Int
  package var kind: Kind
  package var statistics: Statistics
  package var first: Double
  package var second: Double
  /// Mean cross-entropy, in nats.
  package var loss: Double

  package init(
    step: Int, kind: Kind, statistics: Statistics, first: Double, second: Double = 0, loss: Double
  ) {
    self.step = step
    self.kind = kind
    self.statistics = statistics
    self.first = first
    self.second = second
    self.loss = loss
  }
}

extension SurfaceRow: RecordRow {
  package static let table = "surface"
  package static let tableInFormat1: String? = nil
  package static let columns = ["step", "kind", "statistics", "first", "second", "loss"]

  package var subject: String { "\(kind.rawValue) \(statistics.rawValue) \(first) \(second)" }

  package var recorded: SurfaceRow {
    var row = self
    row.first = first.rounded(toDigits: 5)
    row.second = second.rounded(toDigits: 5)
    row.loss = loss.rounded(toDigits: 5)
    return row
  }

  package func write(to text: inout CSVText) {
    text.add(step)
    text.add(kind.rawValue)
    text.add(statistics.rawValue)
    text.add(first)
    text.add(second)
    text.add(loss)
  }

  package init(_ fields: inout CSVFields) throws(CSVFault) {
    self.init(
      step: try fields.integer(), kind: try fields.choice("kind of surface"),
      statistics: try fields.choice("kind of statistics"), first: try fields.number(),
      second: try fields.number(), loss: try fields.number())
  }

  package static func plan(of run: RunDescription) -> TablePlan<String> {
    TablePlan(first: 1, limit: run.iterations, mayBeEmpty: true)
  }
}
