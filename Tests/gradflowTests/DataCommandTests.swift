import Foundation
import LocalServer
import Testing

@Suite(
  "Data sets are fetched by the command",
  .enabled(if: FileManager.default.fileExists(atPath: PublishedFiles.folder)))
struct DataCommandTests {
  private let folder = NSTemporaryDirectory() + "gradflow-fetched-\(UUID().uuidString)"
  private let files = PublishedFiles.fashionMNIST

  private func download(from server: Server) throws -> [String] {
    [
      "data", "download", "fashion-mnist", "--from", "http://127.0.0.1:\(server.port)/mirror",
      "--data", folder,
    ]
  }

  private func check() throws -> (status: Int32, output: String, error: String) {
    try runCommand(["data", "check", "fashion-mnist", "--data", folder])
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/fashion-mnist").sorted()
  }

  @Test("whole and right, found from then on, and not a second time")
  func whole() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(files)
    defer { server.stop() }
    let missing = try check()
    #expect(missing.status != 0 && missing.output.split(separator: "\n").count == 4)
    #expect(missing.output.split(separator: "\n").allSatisfy { $0.hasPrefix("missing  ") })
    #expect(missing.error.contains("4 files are wrong or missing"))
    for _ in 0..<2 {
      let result = try runCommand(try download(from: server))
      #expect(result.status == 0, "\(result.error)")
      #expect(result.output == "fashion-mnist is in \(folder)/fashion-mnist\n")
      // On a terminal alone a line tells how far it is.
      #expect(result.error.isEmpty)
    }
    #expect(try names() == files.keys.sorted() && server.requests.count == 4)
    for (name, bytes) in files {
      let path = "\(folder)/fashion-mnist/\(name)"
      #expect(FileManager.default.contents(atPath: path) == Data(bytes))
    }
    let right = try check()
    #expect(right.status == 0 && right.error.isEmpty)
    #expect(
      Set(right.output.split(separator: "\n"))
        == Set(files.keys.map { "right    \(folder)/fashion-mnist/\($0)" }))
    let list = try runCommand(["data", "list", "--data", folder]).output
    #expect(list.contains("fashion-mnist  30 MB to fetch  in \(folder)/fashion-mnist\n"))
    #expect(list.contains("cifar-10  170 MB to fetch  not here: gradflow data download cifar-10\n"))
  }

  @Test("a file that is not the published one is refused, and what was right stays")
  func wrong() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var others = files
    let name = "train-labels-idx1-ubyte.gz"
    others[name]?[20_000] ^= 1
    let server = try Server(others)
    defer { server.stop() }
    let result = try runCommand(try download(from: server))
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.error.contains("\(name) is not the published file"), "\(result.error)")
    #expect(result.error.split(separator: "\n").count == 1)
    #expect(try names() == ["train-images-idx3-ubyte.gz"])
    let state = try check()
    #expect(state.status == 1 && state.error.contains("3 files are wrong or missing"))
    #expect(state.output.hasPrefix("right    ") && state.output.contains("\nmissing  train-labels"))
  }

  @Test("files that are there and wrong are told, and fetched again")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server(files)
    defer { server.stop() }
    #expect(try runCommand(try download(from: server)).status == 0)
    let path = "\(folder)/fashion-mnist/t10k-labels-idx1-ubyte.gz"
    var bytes = try #require(FileManager.default.contents(atPath: path))
    bytes[3000] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let found = try check()
    #expect(found.status == 1 && found.output.contains("\nwrong    "), "\(found.output)")
    #expect(found.error.contains("1 file is wrong or missing"), "\(found.error)")
    #expect(try runCommand(try download(from: server)).status == 0)
    #expect(server.requests.count == 5)
    #expect(try check().status == 0)
  }

  @Test("ended half-way, it leaves no half of a file under its name, and goes on from there")
  func interrupted() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (name, sent) = ("train-images-idx3-ubyte.gz", 5_000_000)
    let part = "\(folder)/fashion-mnist/\(name).part"
    let stalling = try Server(files, .stalling(after: sent))
    let process = command(try download(from: stalling))
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let deadline = ContinuousClock.now + .seconds(60)
    while FileManager.default.contents(atPath: part)?.count != sent {
      try #require(ContinuousClock.now < deadline)
      usleep(20_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    stalling.stop()
    #expect(process.terminationReason == .uncaughtSignal)
    #expect(try names() == ["\(name).part"])
    let state = try check()
    #expect(state.status == 1 && state.error.contains("4 files are wrong or missing"))

    let server = try Server(files)
    defer { server.stop() }
    let result = try runCommand(try download(from: server))
    #expect(result.status == 0, "\(result.error)")
    #expect(server.requests.first == "GET /mirror/\(name) HTTP/1.1 \(sent)")
    #expect(try names() == files.keys.sorted() && check().status == 0)
  }

  @Test("a server that has nothing, and one that is not there, are told of in one sentence")
  func nothing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Server([:] as [String: [UInt8]])
    let refused = try runCommand(try download(from: server))
    server.stop()
    let alone = try runCommand(try download(from: server))
    for (result, words) in [(refused, "answers 404"), (alone, "127.0.0.1")] {
      #expect(result.status == 1 && result.error.contains(words), "\(result.error)")
      #expect(result.error.split(separator: "\n").count == 1)
    }
    #expect(try names().isEmpty)
    let unknown = try runCommand(["data", "download", "fashion-mnits", "--data", folder])
    #expect(unknown.status == 1 && unknown.error.contains("“fashion-mnist”?"), "\(unknown.error)")
  }
}

/// Fashion-MNIST as its authors published it.
enum PublishedFiles {
  static let folder = "/usr/share/datasets/fashion-mnist"

  /// The files by name; empty where Debian's package is not installed.
  ///
  /// Debian has taken name and time out of the heads of the packed files. With them back, they are the
  /// authors' to the byte.
  static let fashionMNIST: [String: [UInt8]] = {
    var files: [String: [UInt8]] = [:]
    for (name, time) in [
      ("train-images-idx3-ubyte", 1_504_176_606), ("train-labels-idx1-ubyte", 1_504_176_606),
      ("t10k-images-idx3-ubyte", 1_504_176_627), ("t10k-labels-idx1-ubyte", 1_504_176_627),
    ] as [(String, UInt32)] {
      guard let packed = FileManager.default.contents(atPath: "\(folder)/\(name).gz")
      else { continue }
      let seconds = withUnsafeBytes(of: time.littleEndian) { Array($0) }
      files["\(name).gz"] =
        [0x1f, 0x8b, 8, 8] + seconds + packed[8..<10] + Array(name.utf8) + [0] + packed[10...]
    }
    return files
  }()
}
