import Essentials
import FlyingFox
import FlyingSocks
import Platform
import Records
import Synchronization

/// Shows runs in a browser on this machine, those under way while they grow.
package final class Server: Sendable {
  private let page: Page
  private let folders: [ShownFolder]
  private let playground: (any Playground)?
  private let token = randomToken()
  /// The port that requests have to name.
  private let port = Atomic<UInt16>(0)
  /// How many pages are open.
  private let streams = Atomic<Int>(0)

  /// - Parameters:
  ///   - page: What is shown, but for the runs.
  ///   - folders: Those whose runs are shown.
  ///   - playground: What trains networks while one watches; nil where there is none.
  package init(
    _ page: Page, of folders: [ShownFolder], playground: (any Playground)? = nil
  ) {
    self.page = page
    self.folders = folders
    self.playground = playground
  }

  /// Whether a page is open.
  package var isWatched: Bool { streams.load(ordering: .relaxed) > 0 }

  /// Serves on 127.0.0.1 until the task is cancelled.
  ///
  /// - Parameters:
  ///   - port: 0 for any that is free.
  ///   - listens: Told the port when requests are answered.
  package func run(port: UInt16, listens: @Sendable @escaping (UInt16) -> Void) async throws {
    let server = HTTPServer(
      address: try .inet(ip4: "127.0.0.1", port: port), timeout: 300, logger: .disabled,
      handler: ClosureHTTPHandler { [self] request in await answer(to: request) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { [self] in
        try await server.waitUntilListening()
        guard case .ip4(_, let port)? = await server.listeningAddress else { return }
        self.port.store(port, ordering: .relaxed)
        listens(port)
      }
      try await group.waitForAll()
    }
  }

  private func answer(to request: HTTPRequest) async -> HTTPResponse {
    let check = RequestCheck(port: port.load(ordering: .relaxed), token: token)
    let verdict = check.verdict(
      on: RequestCheck.Request(
        method: request.method.rawValue, host: request.headers[.host],
        origin: request.headers[HTTPHeader("Origin")],
        token: request.headers[HTTPHeader("X-Gradflow-Token")],
        contentLength: request.headers[.contentLength]))
    if case .isRefused(let status, let reason) = verdict { return text(reason, status: status) }
    switch (request.method.rawValue, request.path) {
    case ("GET", "/"), ("HEAD", "/"):
      return response(
        page.html(servedWith: token, playingWith: playground?.images),
        type: "text/html; charset=utf-8")
    case ("GET", "/runs"):
      return packed(named: request.query.first { $0.name == "name" }?.value)
    case ("GET", "/events"):
      return events(after: request.headers[HTTPHeader("Last-Event-ID")])
    case ("POST", "/play"):
      guard let playground, let body = try? await request.bodyData else {
        return text("Nothing can be played here.", status: 404)
      }
      do {
        return response(
          Array(try await playground.take(Array(body)).utf8), type: "application/json")
      } catch {
        return text("\(error)", status: 400)
      }
    default: return text("There is nothing of that name.", status: 404)
    }
  }

  /// Every run, or one of them, with its rows; those of a run under way follow as events.
  private func packed(named name: String?) -> HTTPResponse {
    let all = folders.flatMap { $0.runs() }
    let chosen = all.filter { name == nil || $0.name == name }
    if let name, chosen.isEmpty { return text("There is no run “\(name)”.", status: 404) }
    var runs: [ExploredRun] = []
    var faults: [String: String] = [:]
    for (name, folder) in chosen {
      do throws(RecordError) {
        let record =
          folder.isGrowing ? RunRecord(try folder.description()) : try folder.record()
        runs.append(ExploredRun(name: name, record: record, isGrowing: folder.isGrowing))
      } catch {
        faults[name] = error.description
      }
    }
    // A run that cannot be read does not keep the others from being shown.
    return response(
      PackedRuns(runs, faults: faults).bytes, type: "application/octet-stream")
  }

  private func events(after id: String?) -> HTTPResponse {
    let follower = FolderFollower(folders, after: id) { [playground] in playground?.state }
    streams.add(1, ordering: .relaxed)
    let stream = EventStream(follower) { [self] in streams.subtract(1, ordering: .relaxed) }
    return HTTPResponse(
      statusCode: .ok, headers: headers(type: "text/event-stream"),
      body: HTTPBodySequence(from: stream))
  }

  private func response(_ bytes: [UInt8], type: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      statusCode: HTTPStatusCode(status, phrase: status == 200 ? "OK" : "Refused"),
      headers: headers(type: type), body: Data(bytes))
  }

  private func text(_ sentence: String, status: Int) -> HTTPResponse {
    response(Array("\(sentence)\n".utf8), type: "text/plain; charset=utf-8", status: status)
  }

  private func headers(type: String) -> HTTPHeaders {
    [
      .contentType: type, HTTPHeader("Cache-Control"): "no-store",
      HTTPHeader("X-Content-Type-Options"): "nosniff",
      HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
      HTTPHeader("X-Frame-Options"): "DENY",
    ]
  }
}

/// 128 random bits in hexadecimal.
private func randomToken() -> String {
  var random = SystemRandomNumberGenerator()
  return (0..<2).map { _ in
    let digits = String(random.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }.joined()
}
