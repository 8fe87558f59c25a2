import RealModule

/// A reproducible stream of random numbers: SplitMix64 (Steele, Lea and Flood 2014).
///
/// Streams are told apart by name, so that the weights of one layer, the order of the data and the
/// augmentation never disturb each other: twins that share a seed and a name share the numbers.
/// The state is a single word, which a checkpoint can carry.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  package private(set) var state: UInt64

  /// Continues a stream from its saved state.
  package init(state: UInt64) { self.state = state }

  /// Starts the stream `name` of a seed.
  package init(seed: UInt64, stream name: String) {
    // FNV-1a of the name, mixed with the seed, so that neighbouring seeds start far apart.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixer = SeededGenerator(state: seed ^ hash)
    state = mixer.next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number drawn evenly from [0, 1), with 53 random bits.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number below `count`, without modulo bias (Lemire 2019).
  package mutating func index(below count: Int) -> Int {
    Int(next(upperBound: UInt64(count)))
  }

  /// `count` numbers from N(0, `deviation`²), by the Box–Muller transform.
  package mutating func normals(_ count: Int, deviation: Double) -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(count + 1)
    while values.count < count {
      // 1 − u lies in (0, 1], where the logarithm is finite.
      let radius = deviation * (-2 * .log(1 - uniform())).squareRoot()
      let angle = 2 * Double.pi * uniform()
      values.append(Float(radius * .cos(angle)))
      values.append(Float(radius * .sin(angle)))
    }
    values.removeLast(values.count - count)
    return values
  }

  /// `count` numbers from U[−`limit`, `limit`).
  package mutating func uniforms(_ count: Int, limit: Double) -> [Float] {
    (0..<count).map { _ in Float(limit * (2 * uniform() - 1)) }
  }

  /// The numbers 0 ..< `count` in random order (Fisher–Yates).
  package mutating func permutation(_ count: Int) -> [Int32] {
    var order = Array(0..<Int32(count))
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }
}
