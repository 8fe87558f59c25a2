package import Records

/// How alike the gradients of neighbouring inputs are in one network.
package struct AgreementProfile: Sendable {
  package let group: RunGroup
  private let rows: [AgreementRow]

  /// Nil where it was not measured.
  package init?(_ group: RunGroup) {
    rows = group.first.agreement
    self.group = group
    guard !rows.isEmpty else { return nil }
  }

  /// Whether the inputs are points of a line.
  package var isOnLine: Bool { rows.contains { $0.kind == .line } }

  /// The steps at which it was measured, in order: before training, and after it.
  package var steps: [Int] { Set(rows.map(\.step)).sorted() }

  /// The autocorrelation of ∂f/∂x at lags 0, 1, …
  package var line: [AgreementRow] { rows.filter { $0.kind == .line } }

  /// Along walks from one image to another, by lag.
  package func walk(at step: Int) -> [AgreementRow] {
    rows.filter { $0.kind == .walk && $0.step == step }
  }

  /// Between images of one class or of two, at the output of each layer in forward order.
  package func layers(_ kind: AgreementRow.Kind, at step: Int) -> [AgreementRow] {
    rows.filter { $0.kind == kind && $0.step == step }
  }

  /// ∂f/∂x at each point of the line, divided by the largest of them.
  package var gradients: [Double] {
    let gradients = group.first.line.map(\.gradient)
    let largest = gradients.map(abs).max() ?? 1
    return gradients.map { $0 / (largest > 0 ? largest : 1) }
  }
}

/// The autocorrelation that a random walk of so many steps has in the mean, centred as it is measured: `brown
/// noise`, beside which white noise has none at all.
///
/// For x₁ … xₙ with E[xᵢxⱼ] = min(i, j), and x̄ their mean, the mean of Σ (xᵢ − x̄)(xᵢ₊ₖ − x̄) over that of
/// Σ (xᵢ − x̄)².
package func brownAutocorrelation(count: Int, longestLag: Int) -> [Double] {
  func covariance(_ i: Int, _ j: Int) -> Double { Double(min(i, j)) }
  let indices = 1...count
  /// E[xᵢ x̄].
  let withMean = indices.map { i in
    indices.reduce(0) { $0 + covariance(i, $1) } / Double(count)
  }
  let meanSquare = withMean.reduce(0, +) / Double(count)
  let sums = (0...longestLag).map { lag in
    (1...(count - lag)).reduce(0.0) { sum, i in
      sum + covariance(i, i + lag) - withMean[i - 1] - withMean[i + lag - 1] + meanSquare
    }
  }
  return sums.map { $0 / sums[0] }
}
