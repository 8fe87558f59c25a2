/// Which requests a server on this machine answers.
///
/// A page of any site can send requests to 127.0.0.1, and by rebinding a name of its own to that address
/// it could read the answers, too. So a request has to name this server exactly, what changes something has
/// to come from its own page, and has to bring the token that only that page has.
struct RequestCheck: Sendable {
  let port: UInt16
  let token: String

  /// The headers that matter; nil where a request has none of a name.
  struct Request {
    var method: String
    var host: String?
    var origin: String?
    var token: String?
    var contentLength: String?
  }

  enum Verdict: Equatable {
    case isFine
    /// A status of HTTP and a sentence.
    case isRefused(status: Int, reason: String)
  }

  /// What is sent to change something is short.
  static let bodyLimit = 1 << 16

  private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

  func verdict(on request: Request) -> Verdict {
    guard let host = request.host, hosts.contains(host.lowercased()) else {
      return .isRefused(
        status: 421, reason: "This server answers to http://127.0.0.1:\(port) alone.")
    }
    let origins = hosts.map { "http://\($0)" }
    if let origin = request.origin, !origins.contains(origin.lowercased()) {
      return .isRefused(status: 403, reason: "Pages of other sites get no answer here.")
    }
    switch request.method {
    case "GET", "HEAD": return .isFine
    case "POST":
      guard request.token == token else {
        return .isRefused(
          status: 403, reason: "Only the page of this server may change something; load it again.")
      }
      guard let length = request.contentLength.flatMap({ Int($0) }),
        (0...Self.bodyLimit).contains(length)
      else { return .isRefused(status: 413, reason: "That is too much at once.") }
      return .isFine
    default: return .isRefused(status: 405, reason: "Only GET and POST are understood here.")
    }
  }
}
