/// How long an experiment may take on two cores, and so what is shrunk to fit.
package enum Budget: String, CaseIterable, Codable, Sendable {
  /// Within two minutes: small grey images, narrow networks, half an epoch.
  case seconds
  /// Within about ten: CIFAR-10 at half its size, the paper's width, three epochs.
  case minutes
  /// Two or three: the same for twenty epochs, and three seeds where it matters.
  case hours
  /// A night or two: the recipe of the paper, shortened to a quarter and otherwise as it is.
  case night
  /// Days: the recipe of the paper, nothing shrunk.
  case paper
}

extension Budget: Comparable {
  package static func < (left: Budget, right: Budget) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .seconds: 0
    case .minutes: 1
    case .hours: 2
    case .night: 3
    case .paper: 4
    }
  }
}
