import Platform

#if canImport(FoundationNetworking)
  import Foundation
  import FoundationNetworking
#else
  import Foundation
#endif

extension Publication {
  /// Fetches what is missing into a folder and unpacks it there. Files that are there and right are
  /// left alone; a download that was cut off continues.
  ///
  /// `mirror` is another address of the files' folder, or a local folder; nil stands for the authors'.
  /// `report` is told the name of a file, the bytes there are, and the bytes there will be.
  package func fetch(
    into folder: String, from mirror: String? = nil, report: (String, Int, Int) -> Void
  ) throws(DatasetError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unreadable(path: folder, reason: "the folder cannot be made")
    }
    for download in downloads {
      if isComplete(download, in: folder) { continue }
      let path = "\(folder)/\(download.name)"
      if let mirror, !mirror.contains("://") {
        try copy(download, from: "\(mirror)/\(download.name)", to: path)
      } else {
        let base = mirror.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        try download.fetch(
          from: base.map { "\($0)/\(download.name)" } ?? download.url, to: path, report: report)
      }
      if download.isArchive { try unpack(path, into: folder) }
    }
  }

  private func isComplete(_ download: Download, in folder: String) -> Bool {
    if download.isArchive {
      return check(in: folder).allSatisfy { if case .right = $0.verdict { true } else { false } }
    }
    return (try? DataFile("\(folder)/\(download.name)")).map(download.accepts) ?? false
  }

  private func copy(
    _ download: Download, from source: String, to path: String
  ) throws(DatasetError) {
    let file = try DataFile(source)
    guard download.accepts(file) else { throw download.mismatch(source) }
    try writeWhole(file.bytes[...], to: path)
  }

  /// Takes the contents out of an archive, which is then removed.
  private func unpack(_ path: String, into folder: String) throws(DatasetError) {
    let limit = contents.reduce(1 << 20) { $0 + $1.bytes }
    let archive = try DataFile(path).contents(limit: limit)
    let files = try TarArchive.files(archive, named: Set(contents.map(\.name)), path: path)
    for content in contents {
      guard let bytes = files[content.name], bytes.count == content.bytes else {
        throw .malformed(path: path, reason: "lacks \(content.name)")
      }
      try writeWhole(bytes, to: "\(folder)/\(content.name)")
    }
    unlink(path)
  }
}

extension Publication.Download {
  /// Whether a file is this one.
  func accepts(_ file: DataFile) -> Bool {
    file.bytes.count == bytes && sha256Hex([file.bytes]) == sha256
  }

  func mismatch(_ origin: String) -> DatasetError {
    .malformed(
      path: origin,
      reason: "is not the published file: it should have \(bytes) bytes and the SHA-256 \(sha256)")
  }

  /// Fetches the file to `<path>.part`, from where an earlier attempt was cut off, and gives it its name
  /// when it is whole and right.
  fileprivate func fetch(
    from address: String, to path: String, report: (String, Int, Int) -> Void
  ) throws(DatasetError) {
    guard let url = URL(string: address), ["http", "https"].contains(url.scheme?.lowercased())
    else { throw .unreadable(path: address, reason: "it is not an address of http or https") }
    let part = "\(path).part"
    var attempts = 0
    while (size(part) ?? 0) < bytes {
      let before = size(part) ?? 0
      let transfer = Transfer(to: part, from: before, limit: bytes)
      let reason = transfer.run(url) { report(name, $0, bytes) }
      let after = size(part) ?? 0
      if after >= bytes { break }
      // As long as bytes come, it is worth asking again.
      attempts = after > before ? 0 : attempts + 1
      if transfer.isRefused || attempts == Self.attempts {
        throw .unreadable(path: address, reason: reason ?? "the connection was cut off")
      }
    }
    let file = try DataFile(part)
    guard accepts(file) else {
      unlink(part)
      throw mismatch(address)
    }
    guard rename(part, path) == 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  private static let attempts = 4
}

/// One request for the rest of a file.
private final class Transfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
  private let path: String
  private let start: Int
  private let limit: Int
  private let finished = DispatchSemaphore(value: 0)
  private let lock = NSLock()
  private var descriptor: Int32 = -1
  private var count: Int
  private var reason: String?
  /// Whether the server does not have the file, so that asking again is no use.
  private(set) var isRefused = false

  init(to path: String, from start: Int, limit: Int) {
    self.path = path
    self.start = start
    self.limit = limit
    count = start
  }

  /// Returns why it ended before its end, if it did.
  func run(_ url: URL, report: (Int) -> Void) -> String? {
    var request = URLRequest(url: url, timeoutInterval: 30)
    if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    session.dataTask(with: request).resume()
    while finished.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
      report(lock.withLock { count })
    }
    session.invalidateAndCancel()
    if descriptor >= 0 { close(descriptor) }
    report(count)
    return reason
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    switch status {
    case 206 where start > 0: descriptor = open(path, O_WRONLY | O_APPEND)
    case 200:
      descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
      lock.withLock { count = 0 }
    case 416:
      // What is there is not the beginning of what the server has.
      unlink(path)
      reason = "the server has another file"
    default:
      reason = "the server answers \(status)"
      isRefused = (400..<500).contains(status)
    }
    if (status == 200 || status == 206) && descriptor < 0 {
      reason = String(cString: strerror(errno))
      isRefused = true
    }
    completionHandler(descriptor >= 0 ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    var written = 0
    while written < data.count {
      let step = data.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      guard step > 0 else {
        reason = String(cString: strerror(errno))
        isRefused = true
        dataTask.cancel()
        return
      }
      written += step
    }
    let total = lock.withLock {
      count += data.count
      return count
    }
    // More than was published is something else.
    if total > limit { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    if let error, reason == nil { reason = error.localizedDescription }
    finished.signal()
  }
}

/// The size of a file in bytes; nil where there is none.
private func size(_ path: String) -> Int? {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : nil
}

/// Writes a file whole or not at all.
private func writeWhole(_ bytes: ArraySlice<UInt8>, to path: String) throws(DatasetError) {
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw .unreadable(path: path, reason: "it cannot be written")
  }
}
