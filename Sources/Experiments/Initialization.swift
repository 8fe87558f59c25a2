/// How weights are drawn before training.
package enum Initialization: Hashable, Sendable {
  /// N(0, 2/n) with n the inputs of one output unit, k²·c (He et al. 2015, arXiv:1502.01852, eq. 10).
  case he
  /// U[±√(6/(n_in + n_out))] (Glorot and Bengio 2010, eq. 16).
  case xavier
  /// N(0, σ²), whatever the size of the layer.
  case normal(deviation: Double)
}

extension Initialization: RawRepresentable, Codable {
  /// `he`, `xavier`, or a deviation in parentheses: `normal(0.01)`.
  package var rawValue: String {
    switch self {
    case .he: "he"
    case .xavier: "xavier"
    case .normal(let deviation): "normal(\(deviation))"
    }
  }

  package init?(rawValue: String) {
    switch rawValue {
    case "he": self = .he
    case "xavier": self = .xavier
    default:
      guard rawValue.hasPrefix("normal("), rawValue.hasSuffix(")"),
        let deviation = Double(rawValue.dropFirst(7).dropLast()), deviation > 0, deviation.isFinite
      else { return nil }
      self = .normal(deviation: deviation)
    }
  }
}
