/// What a table of an experiment's results is made of.
package struct ResultTable: Hashable, Sendable {
  package enum Rows: Hashable, Sendable {
    /// A row for each network, the shallowest first.
    case networks
    /// A row for each verdict on the gradients at initialization, with and without normalization.
    case verdicts
  }

  /// A number of the runs of a row, over all seeds.
  package enum Column: Hashable, Sendable {
    /// Errors at the end.
    case trainingError, evaluationError
    /// By which factor the gradient grows at each layer, at a step.
    case growth(step: Int)
    /// First ÷ last convolution's gradient, at initialization and at the end.
    case gradientRatio
    /// Mean standard deviation of the layers' responses at the end.
    case response
    /// How many networks there are, and how many of them learn.
    case networks, learning
  }

  package var rows: Rows
  package var columns: [Column]

  package init(_ columns: Column..., rows: Rows = .networks) {
    self.columns = columns
    self.rows = rows
  }
}
