import Experiments
import Foundation
import LocalServer
import Randomness
import Testing

@testable import Datasets

@Suite("Data sets are fetched whole and right, or not at all")
struct FetchingTests {
  private let folder = NSTemporaryDirectory() + "gradflow-fetching-\(UUID().uuidString)"
  private let file = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  private func publication(_ server: Server, sha256: String? = nil, bytes: Int? = nil)
    -> Publication
  {
    Publication(
      dataset: .fashionMNIST,
      downloads: [
        Publication.Download(
          name: "file.bin", url: "http://127.0.0.1:\(server.port)/data/file.bin",
          bytes: bytes ?? file.count, sha256: sha256 ?? sha256Hex([file]), isArchive: false)
      ], contents: [])
  }

  private func fetched() -> [UInt8]? {
    FileManager.default.contents(atPath: "\(folder)/file.bin").map { Array($0) }
  }

  private func names() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test("from a server that behaves, and not a second time")
  func good() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file)
    defer { server.stop() }
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(fetched() == file && names() == ["file.bin"])
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(server.requests == ["GET /data/file.bin HTTP/1.1 0"])
  }

  @Test("from one that hangs up again and again, each time going on where it was cut off")
  func cutting() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file, .cutting(after: 30_000))
    defer { server.stop() }
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(fetched() == file)
    let starts = server.requests.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(starts == [0, 30_000, 60_000, 90_000])
  }

  @Test("a download that an earlier call left unfinished continues")
  func continued() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file)
    defer { server.stop() }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(file[..<12_345]).write(to: URL(fileURLWithPath: "\(folder)/file.bin.part"))
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(fetched() == file)
    #expect(server.requests == ["GET /data/file.bin HTTP/1.1 12345"])
  }

  @Test("a server that knows no ranges sends all again")
  func ranges() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file, .ignoringRanges)
    defer { server.stop() }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(folder)/file.bin.part"))
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(fetched() == file)
  }

  @Test("redirects are followed")
  func redirected() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file, .redirecting)
    defer { server.stop() }
    try publication(server).fetch(into: folder) { _, _, _ in }
    #expect(fetched() == file && server.requests.count == 2)
  }

  @Test("a mirror serves the same names from another folder; a local folder does, too")
  func mirrors() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file)
    defer { server.stop() }
    let publication = publication(server)
    try publication.fetch(
      into: folder, from: "http://127.0.0.1:\(server.port)/mirror/"
    ) { _, _, _ in }
    #expect(server.requests == ["GET /mirror/file.bin HTTP/1.1 0"])
    try publication.fetch(into: "\(folder)/copy", from: folder) { _, _, _ in }
    #expect(FileManager.default.contents(atPath: "\(folder)/copy/file.bin") == Data(file))
    #expect(server.requests.count == 1)
  }

  @Test("wrong bytes, wrong lengths and refusals end in one sentence, without a file")
  func wrong() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (behaviour, sha256, bytes, words) in [
      (.good, "00", nil, "not the published file"), (.good, nil, 50_000, "not the published file"),
      (.status(404), nil, nil, "answers 404"), (.status(503), nil, nil, "answers 503"),
      (.lying(length: 200_000), nil, 200_000, "127.0.0.1"),
    ] as [(Server.Behaviour, String?, Int?, String)] {
      let server = try Server(file, behaviour)
      defer { server.stop() }
      let error = #expect(throws: DatasetError.self) {
        try publication(server, sha256: sha256, bytes: bytes).fetch(into: folder) { _, _, _ in }
      }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
      #expect(error?.description.contains("\n") == false)
      #expect(!names().contains("file.bin"))
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  @Test("nobody at the address is said so")
  func nobody() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file)
    server.stop()
    let error = #expect(throws: DatasetError.self) {
      try publication(server).fetch(into: folder) { _, _, _ in }
    }
    #expect(error?.description.contains("127.0.0.1") == true)
  }

  @Test("unpacked files of the right size and other contents are fetched again, right ones are not")
  func unpackedWrong() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(file, .status(404))
    defer { server.stop() }
    let publication = Publication(
      dataset: .cifar10,
      downloads: [
        Publication.Download(
          name: "all.tar.gz", url: "http://127.0.0.1:\(server.port)/all.tar.gz", bytes: 10,
          sha256: "", isArchive: true)
      ],
      contents: [
        Publication.Content(name: "one.bin", bytes: file.count, sha256: sha256Hex([file]))
      ])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = URL(fileURLWithPath: "\(folder)/one.bin")
    try Data(file).write(to: path)
    try publication.fetch(into: folder) { _, _, _ in }
    #expect(server.requests.isEmpty)
    try Data([UInt8](repeating: 0, count: file.count)).write(to: path)
    #expect(throws: DatasetError.self) { try publication.fetch(into: folder) { _, _, _ in } }
    #expect(server.requests.count == 1)
  }

  @Test("archives give up the files that are wanted, wherever their paths would lead")
  func archives() throws {
    func entry(_ name: String, _ bytes: [UInt8], kind: Character = "0") -> [UInt8] {
      var header = [UInt8](repeating: 0, count: 512)
      header.replaceSubrange(0..<name.utf8.count, with: Array(name.utf8))
      let size = String(bytes.count, radix: 8)
      header.replaceSubrange(124..<124 + size.utf8.count, with: Array(size.utf8))
      header[156] = kind.asciiValue ?? 0
      return header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
    let archive =
      entry("folder/", [], kind: "5") + entry("../../etc/one.bin", [1, 2, 3])
      + entry("two.bin", [], kind: "2") + entry("/abs/two.bin", [UInt8](repeating: 7, count: 513))
      + entry("other.bin", [9]) + [UInt8](repeating: 0, count: 1024)
    let files = try TarArchive.files(archive, named: ["one.bin", "two.bin"], path: "a.tar")
    #expect(
      files.mapValues { Array($0) } == [
        "one.bin": [1, 2, 3], "two.bin": [UInt8](repeating: 7, count: 513),
      ])
    #expect(throws: DatasetError.self) {
      _ = try TarArchive.files(Array(archive[..<2600]), named: ["two.bin"], path: "a.tar")
    }
    var random = SeededGenerator(seed: 5, stream: "mutations")
    for _ in 0..<2000 * fuzzFactor {
      var bytes = archive
      for _ in 0..<4 {
        bytes[random.index(below: bytes.count)] = UInt8(random.index(below: 256))
      }
      _ = try? TarArchive.files(bytes, named: ["one.bin", "two.bin"], path: "a.tar")
    }
  }
}
