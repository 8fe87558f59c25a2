import Testing

@testable import Explorer

@Suite("Requests that are answered")
struct RequestCheckTests {
  private let check = RequestCheck(port: 8080, token: "secret")

  private func status(_ change: (inout RequestCheck.Request) -> Void) -> Int? {
    var request = RequestCheck.Request(
      method: "POST", host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080", token: "secret",
      contentLength: "10")
    change(&request)
    if case .isRefused(let status, _) = check.verdict(on: request) { return status }
    return nil
  }

  @Test("those of its own page, by either name of the machine")
  func fine() {
    #expect(status { _ in } == nil)
    #expect(status { $0.host = "LocalHost:8080" } == nil)
    #expect(status { $0.origin = "http://localhost:8080" } == nil)
    #expect(status { $0.origin = nil } == nil)
    #expect(
      status { ($0.method, $0.token, $0.origin, $0.contentLength) = ("GET", nil, nil, nil) } == nil)
    #expect(status { $0.method = "HEAD" } == nil)
  }

  @Test(
    "not those by another name, as after rebinding",
    arguments: [
      nil, "", "evil.example:8080", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8080",
      "127.0.0.1:8080.evil.example", "0.0.0.0:8080", "[::1]:8080",
    ])
  func hosts(host: String?) {
    #expect(status { $0.host = host } == 421)
    #expect(status { ($0.host, $0.method) = (host, "GET") } == 421)
  }

  @Test(
    "not those of other pages",
    arguments: [
      "null", "http://evil.example", "https://127.0.0.1:8080", "http://127.0.0.1:8081",
      "http://127.0.0.1:8080.evil.example", "",
    ])
  func origins(origin: String) {
    #expect(status { $0.origin = origin } == 403)
    #expect(status { ($0.origin, $0.method) = (origin, "GET") } == 403)
  }

  @Test("nothing is changed without the token, at length, or by other methods")
  func changes() {
    #expect(status { $0.token = nil } == 403)
    #expect(status { $0.token = "secre" } == 403)
    #expect(status { $0.contentLength = nil } == 413)
    #expect(status { $0.contentLength = "-1" } == 413)
    #expect(status { $0.contentLength = "65537" } == 413)
    #expect(status { $0.contentLength = "99999999999999999999" } == 413)
    for method in ["PUT", "DELETE", "OPTIONS", "get", ""] {
      #expect(status { $0.method = method } == 405)
    }
  }
}
