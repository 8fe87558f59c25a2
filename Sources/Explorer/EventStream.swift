import FlyingSocks
import Synchronization

/// What is new, as server-sent events, for as long as somebody listens.
struct EventStream: AsyncBufferedSequence {
  typealias Element = UInt8

  /// From one look to the next.
  private static let pace = Duration.milliseconds(100)
  /// So often something is sent that says nothing: by that one notices that nobody listens any more.
  private static let heartbeat = Duration.seconds(2)

  private let follower: FolderFollower
  private let ending: Ending

  /// `ends` is called when nobody listens any more.
  init(_ follower: FolderFollower, ends: @Sendable @escaping () -> Void) {
    self.follower = follower
    ending = Ending(ends)
  }

  func makeAsyncIterator() -> Iterator { Iterator(follower: follower, ending: ending) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    fileprivate var follower: FolderFollower
    fileprivate let ending: Ending
    private var hasBegun = false
    private var lastSent = ContinuousClock.now

    fileprivate init(follower: FolderFollower, ending: Ending) {
      self.follower = follower
      self.ending = ending
    }

    mutating func next() async throws -> UInt8? {
      preconditionFailure("events are sent whole")
    }

    /// The next message, whole, however long it is.
    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      if !hasBegun {
        hasBegun = true
        return Array("retry: 500\n: gradflow\n\n".utf8)
      }
      while true {
        if let message = follower.message() {
          lastSent = .now
          return Array(message.utf8)
        }
        if ContinuousClock.now - lastSent > EventStream.heartbeat {
          lastSent = .now
          return Array(": still here\n\n".utf8)
        }
        try await Task.sleep(for: EventStream.pace)
      }
    }
  }
}

/// Calls back when what holds it is gone.
private final class Ending: Sendable {
  private let action: @Sendable () -> Void

  init(_ action: @Sendable @escaping () -> Void) { self.action = action }

  deinit { action() }
}
