/// How weights are drawn before training.
package enum Initialization: Hashable, Sendable {
  /// N(0, 2/n) with n the inputs of one output unit, k²·c (He et al. 2015, arXiv:1502.01852, eq. 10).
  case he
  /// U[±√(6/(n_in + n_out))] (Glorot and Bengio 2010, eq. 16).
  case xavier
  /// N(0, σ²), whatever the size of the layer.
  case normal(deviation: Double)
  /// Every convolution that keeps its shape begins as the identity, the others after He.
  case identity
  /// A convolution's weights are zero but for the middle of its filters, where they are orthonormal vectors
  /// (Xiao et al. 2018, arXiv:1806.05393, algorithm 1); linear layers after Glorot and Bengio.
  case deltaOrthogonal
}

extension Initialization: RawRepresentable, Codable {
  /// `he`, `xavier`, or a deviation in parentheses: `normal(0.01)`.
  package var rawValue: String {
    switch self {
    case .he: "he"
    case .xavier: "xavier"
    case .normal(let deviation): "normal(\(deviation))"
    case .identity: "identity"
    case .deltaOrthogonal: "delta-orthogonal"
    }
  }

  package init?(rawValue: String) {
    switch rawValue {
    case "he": self = .he
    case "xavier": self = .xavier
    case "identity": self = .identity
    case "delta-orthogonal": self = .deltaOrthogonal
    default:
      guard rawValue.hasPrefix("normal("), rawValue.hasSuffix(")"),
        let deviation = Double(rawValue.dropFirst(7).dropLast()), deviation > 0, deviation.isFinite
      else { return nil }
      self = .normal(deviation: deviation)
    }
  }
}
