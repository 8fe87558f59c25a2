import Collective
import Foundation

/// Ranks on threads of one process, which talk through memory.
package final class ThreadedRank: Collective {
  package let rank: Int
  package let ranks: Int
  private let post: Post
  /// Bytes that this rank has sent.
  package private(set) var sentBytes = 0
  /// Messages that it has sent.
  package private(set) var messages = 0

  private init(_ rank: Int, of ranks: Int, post: Post) {
    self.rank = rank
    self.ranks = ranks
    self.post = post
  }

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) {
    sentBytes += sent.count
    messages += 1
    post.send(Array(sent), from: rank, to: partner)
    let letter = post.receive(from: partner, to: rank)
    precondition(letter.count == received.count, "\(letter.count) bytes for \(received.count)")
    received.copyBytes(from: letter)
  }

  /// Does the same on so many ranks at once, and returns what each has to say, in their order.
  package static func run<Result>(
    _ ranks: Int, _ body: @escaping @Sendable (ThreadedRank) throws -> Result
  ) throws -> [Result] {
    let post = Post()
    let results = Results<Result>(ranks)
    let group = DispatchGroup()
    for rank in 0..<ranks {
      let thread = Thread {
        let result = Swift.Result { try body(ThreadedRank(rank, of: ranks, post: post)) }
        results.set(result, of: rank)
        group.leave()
      }
      thread.stackSize = 8 << 20
      group.enter()
      thread.start()
    }
    group.wait()
    return try results.all.map { try $0.get() }
  }
}

/// Letters on their way.
private final class Post: @unchecked Sendable {
  private let condition = NSCondition()
  private var letters: [[Int]: [[UInt8]]] = [:]

  func send(_ letter: [UInt8], from: Int, to: Int) {
    condition.withLock {
      letters[[from, to], default: []].append(letter)
      condition.broadcast()
    }
  }

  func receive(from: Int, to: Int) -> [UInt8] {
    condition.withLock {
      while letters[[from, to], default: []].isEmpty { condition.wait() }
      return letters[[from, to], default: []].removeFirst()
    }
  }
}

private final class Results<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [Result<Value, any Error>?]

  init(_ count: Int) { values = Array(repeating: nil, count: count) }

  func set(_ value: Result<Value, any Error>, of rank: Int) {
    lock.withLock { values[rank] = value }
  }

  var all: [Result<Value, any Error>] { lock.withLock { values.compactMap(\.self) } }
}
