/// The ranks that carry out a training together, as one of them sees it: R of them, a power of two.
///
/// All do the same calls in the same order. Everything is made of ``exchange(_:_:with:)`` between two ranks,
/// in a fixed order, so that the same values give the same bits, on all ranks.
package protocol Collective: AnyObject {
  /// Which of them this is, from 0.
  var rank: Int { get }
  /// R.
  var ranks: Int { get }

  /// Sends bytes to another rank and receives others, while that one does the same.
  func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int)
}

/// A single rank, which has nobody to ask.
package final class Alone: Collective {
  package let rank = 0
  package let ranks = 1

  package init() {}

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) {
    preconditionFailure("a single rank has no rank \(partner) to talk to")
  }
}

extension Collective {
  /// Whether this is the rank that writes and speaks.
  package var isFirst: Bool { rank == 0 }

  /// 1, 2, 4, … below R: at each, rank r meets rank r ^ distance.
  private var distances: [Int] {
    var distances: [Int] = []
    while 1 << distances.count < ranks { distances.append(1 << distances.count) }
    return distances
  }

  /// Combines values with those of all other ranks, place by place, in the tree that joins rank 0 and 1, 2
  /// and 3, then these pairs, and so on; afterwards all ranks have the result. For few values: all are sent
  /// log₂ R times.
  package func combine<Value: BitwiseCopyable>(
    _ values: inout [Value], by operation: (Value, Value) -> Value
  ) {
    for distance in distances {
      var others = values
      values.withUnsafeBytes { sent in
        others.withUnsafeMutableBytes { exchange(sent, $0, with: rank ^ distance) }
      }
      let isLower = rank & distance == 0
      for index in values.indices {
        let (own, other) = (values[index], others[index])
        values[index] = isLower ? operation(own, other) : operation(other, own)
      }
    }
  }

  /// Adds values of all ranks in the tree of ``combine(_:by:)``; afterwards all ranks have the sums.
  ///
  /// For many values: at each distance two ranks divide what they have between them, each adds one half of it,
  /// and on the way back they give each other their sums (Rabenseifner 2004). So a rank sends 2·(1 − 1/R) times
  /// the values, in 2·log₂ R messages, and the tree is the same for each of them.
  package func sum(_ values: inout [Float]) {
    guard ranks > 1 else { return }
    var halves: [(own: Range<Int>, others: Range<Int>)] = []
    var part = 0..<values.count
    var received = [Float](repeating: 0, count: (values.count + 1) / 2)
    for distance in distances {
      let middle = part.lowerBound + part.count / 2
      let (lower, upper) = (part.lowerBound..<middle, middle..<part.upperBound)
      let isLower = rank & distance == 0
      halves.append(isLower ? (lower, upper) : (upper, lower))
      let (own, others) = halves[halves.count - 1]
      values.withUnsafeMutableBufferPointer { all in
        received.withUnsafeMutableBufferPointer { buffer in
          let arrived = UnsafeMutableBufferPointer(rebasing: buffer[..<own.count])
          exchange(
            UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[others])),
            UnsafeMutableRawBufferPointer(arrived), with: rank ^ distance)
          let mine = UnsafeMutableBufferPointer(rebasing: all[own])
          for index in 0..<own.count {
            mine[index] =
              isLower ? mine[index] + arrived[index] : arrived[index] + mine[index]
          }
        }
      }
      part = own
    }
    for (distance, (own, others)) in zip(distances, halves).reversed() {
      values.withUnsafeMutableBufferPointer { all in
        exchange(
          UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: all[own])),
          UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: all[others])),
          with: rank ^ distance)
      }
    }
  }

  /// Gives the values of rank 0, however many they are, to all.
  package func share<Value: BitwiseCopyable>(_ values: inout [Value]) {
    guard ranks > 1 else { return }
    var count = [isFirst ? values.count : 0]
    share(fixed: &count)
    if !isFirst {
      values = Array(unsafeUninitializedCapacity: count[0]) { $1 = count[0] }
    }
    share(fixed: &values)
  }

  /// The same, of as many values on each rank.
  private func share<Value: BitwiseCopyable>(fixed values: inout [Value]) {
    let nothing = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    for distance in distances where rank < 2 * distance {
      values.withUnsafeMutableBytes { bytes in
        if rank < distance {
          exchange(UnsafeRawBufferPointer(bytes), nothing, with: rank + distance)
        } else {
          exchange(UnsafeRawBufferPointer(nothing), bytes, with: rank - distance)
        }
      }
    }
  }

  /// The value of each rank, in their order.
  package func gather(_ value: UInt64) -> [UInt64] {
    var all = [UInt64](repeating: 0, count: ranks)
    all[rank] = value
    combine(&all, by: |)
    return all
  }
}
