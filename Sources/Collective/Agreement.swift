/// What was done on all ranks failed on some, which all of them know.
package struct SharedFailure: Error {
  /// Why, on the first rank on which it failed: the one to say so. Nil on all others.
  package let reason: (any Error)?
}

extension Collective {
  /// Does something on every rank, and goes on only if it went well on all.
  ///
  /// - Throws: ``SharedFailure`` on all ranks where it failed on any; on a single one the error itself.
  package func together<Result>(_ body: () throws -> Result) throws -> Result {
    try together(body).result
  }

  /// The same, and tells whether the answer was yes on any rank.
  package func anyTogether(_ body: () throws -> Bool) throws -> Bool {
    try together(body, isYes: { $0 }).isYes
  }

  private func together<Result>(
    _ body: () throws -> Result, isYes: (Result) -> Bool = { _ in false }
  ) throws -> (result: Result, isYes: Bool) {
    guard ranks > 1 else {
      let result = try body()
      return (result, isYes(result))
    }
    let outcome = Swift.Result(catching: body)
    // The first rank that failed, and 0 where the answer was yes.
    var words = [Int.max, 1]
    switch outcome {
    case .success(let result): words[1] = isYes(result) ? 0 : 1
    case .failure: words[0] = rank
    }
    combine(&words, by: min)
    switch outcome {
    case .success(let result) where words[0] == .max: return (result, words[1] == 0)
    case .failure(let error) where words[0] == rank: throw SharedFailure(reason: error)
    default: throw SharedFailure(reason: nil)
    }
  }

  /// The ranks whose value differs from that of rank 0.
  package func different(_ value: UInt64) -> [Int] {
    let all = gather(value)
    return all.indices.filter { all[$0] != all[0] }
  }
}
