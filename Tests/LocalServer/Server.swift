import Foundation

/// A web server on this machine that serves a few files, and misbehaves as it is told.
package final class Server: @unchecked Sendable {
  package enum Behaviour {
    case good
    /// Hangs up after so many bytes of every answer.
    case cutting(after: Int)
    /// Sends so many bytes of every answer, and then nothing until the other side hangs up.
    case stalling(after: Int)
    /// Says that there is more or less than it sends.
    case lying(length: Int)
    /// Sends the whole file whatever part was asked for.
    case ignoringRanges
    case redirecting
    case status(Int)
  }

  package let port: UInt16
  private let socket: Int32
  private let files: [String: [UInt8]]
  private let behaviour: Behaviour
  private let lock = NSLock()
  private var seen: [String] = []

  /// The requests so far, first line and range.
  package var requests: [String] { lock.withLock { seen } }

  /// Serves one file, whatever it is called.
  package convenience init(_ file: [UInt8], _ behaviour: Behaviour = .good) throws {
    try self.init(["": file], behaviour)
  }

  /// Serves files by their names, in any folder.
  package init(_ files: [String: [UInt8]], _ behaviour: Behaviour = .good) throws {
    self.files = files
    self.behaviour = behaviour
    #if canImport(Glibc)
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
    #endif
    self.socket = socket
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 8) == 0
          && getsockname(socket, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(socket, nil, nil)
        if connection < 0 { return }
        answer(connection)
        close(connection)
      }
    }
  }

  package func stop() {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private func answer(_ connection: Int32) {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    let lines = text.components(separatedBy: "\r\n")
    let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
      .flatMap { Int($0.split(separator: "=")[1].dropLast()) }
    lock.withLock { seen.append("\(lines[0]) \(range ?? 0)") }
    let path = lines[0].split(separator: " ")[1]
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    guard let file = files[name] ?? files[""] else {
      send(connection, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")
      return
    }
    var start = range ?? 0
    var length: Int?
    var limit = Int.max
    switch behaviour {
    case .good: break
    case .cutting(let after), .stalling(let after): limit = after
    case .lying(let said): length = said
    case .ignoringRanges: start = 0
    case .redirecting where !lines[0].contains("/moved/"):
      send(connection, "HTTP/1.1 302 Found\r\nLocation: /moved\(path)\r\nContent-Length: 0\r\n\r\n")
      return
    case .redirecting: break
    case .status(let code):
      send(connection, "HTTP/1.1 \(code) No\r\nContent-Length: 0\r\n\r\n")
      return
    }
    if start > file.count {
      send(connection, "HTTP/1.1 416 Range\r\nContent-Length: 0\r\n\r\n")
      return
    }
    let status = start > 0 ? "206 Partial Content" : "200 OK"
    send(
      connection,
      "HTTP/1.1 \(status)\r\nContent-Length: \(length ?? file.count - start)\r\n"
        + "Connection: close\r\n\r\n")
    send(connection, Array(file[start...].prefix(limit)))
    if case .stalling = behaviour { while recv(connection, &buffer, buffer.count, 0) > 0 {} }
  }

  private func send(_ connection: Int32, _ text: String) { send(connection, Array(text.utf8)) }

  private func send(_ connection: Int32, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.send(
            connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
            Int32(MSG_NOSIGNAL))
        #else
          Darwin.send(connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent, 0)
        #endif
      }
      if count <= 0 { return }
      sent += count
    }
  }
}
