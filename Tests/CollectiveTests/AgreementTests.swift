import Testing
import ThreadedRanks

@testable import Collective

@Suite("Ranks agree")
struct AgreementTests {
  private struct Fault: Error, Equatable { let rank: Int }

  @Test("what rank 0 has is shared, however long it is", arguments: [1, 2, 4, 8])
  func sharing(ranks: Int) throws {
    let found = try ThreadedRank.run(ranks) { rank in
      var values = rank.isFirst ? [3, 1, 4, 1, 5] : [rank.rank]
      rank.share(&values)
      var none: [Double] = rank.isFirst ? [] : [1]
      rank.share(&none)
      return values + none.map { Int($0) }
    }
    #expect(found == Array(repeating: [3, 1, 4, 1, 5], count: ranks))
  }

  @Test(
    "the values of all are gathered in their order, and those that differ from the first are told")
  func gathering() throws {
    let found = try ThreadedRank.run(4) { rank in
      (rank.gather(UInt64(rank.rank) << 60), rank.different(rank.rank == 2 ? 7 : 5))
    }
    for (all, different) in found {
      #expect(all == [0, 1 << 60, 2 << 60, 3 << 60] && different == [2])
    }
  }

  @Test(
    "where some fail all fail, and the first of them says why", arguments: [[0], [3], [1, 2], []])
  func failing(failed: [Int]) throws {
    let said = try ThreadedRank.run(4) { rank -> Int? in
      do {
        let answer = try rank.together { () throws -> Int in
          if failed.contains(rank.rank) { throw Fault(rank: rank.rank) }
          return 40 + rank.rank
        }
        #expect(failed.isEmpty && answer == 40 + rank.rank)
        return nil
      } catch let failure as SharedFailure {
        return (failure.reason as? Fault)?.rank ?? -1
      }
    }
    let expected = (0..<4).map { rank in
      failed.isEmpty ? nil : rank == failed[0] ? rank : -1
    }
    #expect(said == expected)
  }

  @Test("a single rank fails with the error itself")
  func alone() {
    #expect(throws: Fault(rank: 9)) { try Alone().together { throw Fault(rank: 9) } }
  }

  @Test("one yes is a yes for all", arguments: [-1, 0, 3])
  func anyOf(asking: Int) throws {
    let answers = try ThreadedRank.run(4) { rank in
      try rank.anyTogether { rank.rank == asking }
    }
    #expect(answers == Array(repeating: asking >= 0, count: 4))
  }
}
