/// Passes everything on to other ranks' collective, and keeps account of it.
package final class Metered: Collective {
  private let inner: any Collective
  /// Since the beginning.
  package private(set) var traffic = Traffic()

  package init(_ inner: any Collective) { self.inner = inner }

  package var rank: Int { inner.rank }
  package var ranks: Int { inner.ranks }

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) {
    let time = ContinuousClock().measure { inner.exchange(sent, received, with: partner) }
    traffic.messages += 1
    traffic.sentBytes += sent.count
    traffic.seconds += time / .seconds(1)
  }
}

/// What a rank told others.
package struct Traffic: Hashable, Sendable {
  package var messages = 0
  package var sentBytes = 0
  /// In exchanges, with the time spent waiting for the other rank.
  package var seconds = 0.0

  package init() {}
}

/// What an exchange of n bytes between two ranks takes: α + β·n (Hockney 1994).
package struct ExchangeCost: Hashable, Sendable {
  /// α, in seconds.
  package let latency: Double
  /// 1/β, of what each of the two sends.
  package let bytesPerSecond: Double

  package init(latency: Double, bytesPerSecond: Double) {
    self.latency = latency
    self.bytesPerSecond = bytesPerSecond
  }

  /// Measures exchanges of each rank with its neighbour: the fastest of several of 8 bytes, and of 4 MiB.
  package static func measure(on collective: any Collective) -> ExchangeCost {
    func fastest(_ bytes: Int, of times: Int) -> Double {
      let sent = [UInt8](repeating: 1, count: bytes)
      var received = [UInt8](repeating: 0, count: bytes)
      let seconds = (0..<times).map { _ in
        ContinuousClock().measure {
          sent.withUnsafeBytes { sent in
            received.withUnsafeMutableBytes {
              collective.exchange(sent, $0, with: collective.rank ^ 1)
            }
          }
        } / .seconds(1)
      }
      return seconds.min() ?? 0
    }
    let latency = fastest(8, of: 1000)
    let bytes = 4 << 20
    return ExchangeCost(
      latency: latency, bytesPerSecond: Double(bytes) / (fastest(bytes, of: 50) - latency))
  }

  /// What it takes to add so many bytes of numbers over so many ranks, a power of two, as
  /// ``Collective/sum(_:)`` does.
  package func secondsOfSum(bytes: Int, ranks: Int) -> Double {
    let rounds = Double(ranks.trailingZeroBitCount)
    let sent = 2 * Double(bytes) * (1 - 1 / Double(ranks))
    return 2 * rounds * latency + sent / bytesPerSecond
  }
}
