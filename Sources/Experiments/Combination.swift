/// How a residual block joins what comes through its shortcut, s(x), and through its branch, F(x), where
/// it is not their sum as it stands.
package enum Combination: Hashable, Sendable {
  /// λ·s(x) + κ·F(x) (He et al. 2016, arXiv:1603.05027, section 3.1).
  case scaled(shortcut: Double, branch: Double)
  /// (1−g)·s(x) + g·F(x) with g = sigmoid(W x − b), W a 1×1 convolution, b its bias at first with the sign
  /// turned (Srivastava et al. 2015; "exclusive gating" of He et al. 2016).
  case gated(bias: Double)
  /// (1−g)·s(x) + F(x) ("shortcut-only gating" of He et al. 2016).
  case gatedShortcut(bias: Double)
  /// While learning a share of s(x) is zero, drawn anew at every step, and the rest larger by as much.
  case dropout(Double)
  /// s(x) + α·F(x) with a learned number α that begins at zero (SkipInit: De and Smith 2020,
  /// arXiv:2002.10444).
  case learnedScale
  /// s(x) + F(x), where F's last normalization has the scale γ = 0 at first (Goyal et al. 2017,
  /// arXiv:1706.02677, section 5.1).
  case zeroScale
  /// Without normalization: branches drawn small, with learned numbers added and one multiplied (Fixup:
  /// Zhang et al. 2019, arXiv:1901.09321).
  case fixup
}

extension Combination: RawRepresentable, Codable {
  /// A word without hyphens, which names of networks have between words: `scale0.5`, `scale0.5x0.5`, `gate6`,
  /// `shortcutgate0`, `dropout0.5`, `skipinit`, `zerogamma`, `fixup`.
  package var rawValue: String {
    switch self {
    case .scaled(let shortcut, 1): "scale\(plain(shortcut))"
    case .scaled(let shortcut, let branch): "scale\(plain(shortcut))x\(plain(branch))"
    case .gated(let bias): "gate\(plain(bias))"
    case .gatedShortcut(let bias): "shortcutgate\(plain(bias))"
    case .dropout(let share): "dropout\(plain(share))"
    case .learnedScale: "skipinit"
    case .zeroScale: "zerogamma"
    case .fixup: "fixup"
    }
  }

  package init?(rawValue: String) {
    func numbers(behind word: String, _ range: ClosedRange<Double>) -> [Double]? {
      guard rawValue.hasPrefix(word) else { return nil }
      let parts = rawValue.dropFirst(word.count).split(
        separator: "x", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { part in
        // As people write numbers: no exponents, which have hyphens, and no signs.
        part.allSatisfy { $0.isNumber || $0 == "." } ? Double(part) : nil
      }.filter(range.contains)
      return numbers.count == parts.count ? numbers : nil
    }
    func one(behind word: String, _ range: ClosedRange<Double>) -> Double? {
      numbers(behind: word, range).flatMap { $0.count == 1 ? $0[0] : nil }
    }
    if let factors = numbers(behind: "scale", 0...10), (1...2).contains(factors.count) {
      self = .scaled(shortcut: factors[0], branch: factors.count == 2 ? factors[1] : 1)
    } else if let bias = one(behind: "gate", 0...20) {
      self = .gated(bias: bias)
    } else if let bias = one(behind: "shortcutgate", 0...20) {
      self = .gatedShortcut(bias: bias)
    } else if let share = one(behind: "dropout", 0...0.99) {
      self = .dropout(share)
    } else {
      switch rawValue {
      case "skipinit": self = .learnedScale
      case "zerogamma": self = .zeroScale
      case "fixup": self = .fixup
      default: return nil
      }
    }
  }

  /// What words there are, a phrase.
  package static let words =
    "scaleλ or scaleλxκ (numbers from 0 to 10), gateB or shortcutgateB (from 0 to 20), dropoutP (from 0 to 0.99), "
    + "skipinit, zerogamma or fixup"
}
