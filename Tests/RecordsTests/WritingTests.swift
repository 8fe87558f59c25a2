import Foundation
import Testing

@testable import Records

@Suite("Files are written whole or not at all")
struct WritingTests {
  private let folder = NSTemporaryDirectory() + "gradflow-writing-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  @Test("a link stays one, and what it leads to is written; a link to nothing is replaced")
  func links() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = FileManager.default
    try writeAtomically(Array("old".utf8), to: "\(folder)/real")
    try files.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "real")
    try files.createSymbolicLink(atPath: "\(folder)/lost", withDestinationPath: "nothing")
    for name in ["link", "lost"] {
      try writeAtomically(Array("new".utf8), to: "\(folder)/\(name)")
      #expect(files.contents(atPath: "\(folder)/\(name)") == Data("new".utf8))
    }
    #expect(files.contents(atPath: "\(folder)/real") == Data("new".utf8))
    #expect(try files.destinationOfSymbolicLink(atPath: "\(folder)/link") == "real")
    #expect(try Set(files.contentsOfDirectory(atPath: folder)) == ["real", "link", "lost"])
  }

  @Test("a device stays one, and a pipe takes what is written")
  func devices() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeAtomically([1, 2, 3], to: "/dev/null")
    #expect(!FileManager.default.fileExists(atPath: "/dev/null.partial"))
    let pipe = "\(folder)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try writeAtomically([1, 2, 3], to: pipe)
    var found = [UInt8](repeating: 0, count: 8)
    #expect(read(reader, &found, 8) == 3 && found.prefix(3) == [1, 2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pipe"])
  }
}
