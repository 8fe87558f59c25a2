import Randomness
import Testing
import ThreadedRanks

@testable import Collective

/// Numbers whose sum depends on the order in which they are added.
private func numbers(_ count: Int, of part: Int) -> [Float] {
  var random = SeededGenerator(seed: 5, stream: "part \(part)")
  return random.normals(count, deviation: 1).enumerated().map { index, value in
    index % 3 == 0 ? value * 1e6 : value
  }
}

/// ((0 + 1) + (2 + 3)) + … written down as it reads.
private func treeSum(_ parts: [[Float]]) -> [Float] {
  if parts.count == 1 { return parts[0] }
  let half = parts.count / 2
  return zip(treeSum(Array(parts[..<half])), treeSum(Array(parts[half...]))).map { $0 + $1 }
}

@Suite("Sums over shards and ranks")
struct SumTests {
  private static let shards = 8

  @Test(
    "have the same bits on however many ranks, and are those of the tree",
    arguments: [1, 2, 4, 8], [0, 1, 2, 5, 1000])
  func bits(ranks: Int, count: Int) throws {
    let parts = (0..<Self.shards).map { numbers(count, of: $0) }
    let expected = treeSum(parts)
    // One after the other they would have others.
    if count == 1000 {
      #expect(parts.dropFirst().reduce(parts[0]) { zip($0, $1).map { $0 + $1 } } != expected)
    }
    let found = try ThreadedRank.run(ranks) { rank -> [Float] in
      var tree = TreeSum<[Float]> { sum, next in sum = zip(sum, next).map { $0 + $1 } }
      let own = Self.shards / rank.ranks
      for shard in rank.rank * own..<(rank.rank + 1) * own {
        tree.append(numbers(count, of: shard))
      }
      var total = tree.total
      rank.sum(&total)
      return total
    }
    #expect(found == Array(repeating: expected, count: ranks))
  }

  @Test("of few values take the same tree", arguments: [1, 2, 4, 8])
  func few(ranks: Int) throws {
    let found = try ThreadedRank.run(ranks) { rank -> [Float] in
      var values = numbers(7, of: rank.rank)
      rank.combine(&values, by: +)
      return values
    }
    let expected = treeSum((0..<ranks).map { numbers(7, of: $0) })
    #expect(found == Array(repeating: expected, count: ranks))
  }

  @Test("of many values send each of them twice at most, and few messages", arguments: [2, 4, 8])
  func traffic(ranks: Int) throws {
    let sent = try ThreadedRank.run(ranks) { rank in
      var values = [Float](repeating: 1, count: 1024)
      rank.sum(&values)
      return [rank.sentBytes, rank.messages]
    }
    let rounds = ranks.trailingZeroBitCount
    #expect(sent == Array(repeating: [2 * 4096 * (ranks - 1) / ranks, 2 * rounds], count: ranks))
  }

  @Test("are combined lower rank first")
  func order() throws {
    let found = try ThreadedRank.run(4) { rank in
      var values = [UInt32(rank.rank)]
      rank.combine(&values) { $0 * 10 + $1 }
      return values[0]
    }
    // (0·10 + 1)·10 + (2·10 + 3)
    #expect(found == [33, 33, 33, 33])
  }

  @Test("no more values are kept than the tree is high")
  func memory() {
    var tree = TreeSum<Int> { $0 += $1 }
    for value in 0..<64 { tree.append(value) }
    #expect(tree.total == 2016)
  }
}
