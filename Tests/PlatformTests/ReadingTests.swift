import Foundation
import Platform
import Testing

@Suite("Reading")
struct ReadingTests {
  private let path = NSTemporaryDirectory() + "gradflow-reading-\(UUID().uuidString)"

  @Test("what comes in pieces is read to its end, and no further than there is room for")
  func pieces() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (ends[0], ends[1])
    let thread = Thread {
      for piece in ["ab", "cd", "e"] {
        usleep(20_000)
        _ = Array(piece.utf8).withUnsafeBytes { writeBytes(writing, $0) }
      }
      close(writing)
    }
    thread.start()
    let three = try Platform.bytes(3) { (buffer) throws(SystemError) in
      try readFully(reading, into: buffer)
    }
    let rest = try Platform.bytes(10) { (buffer) throws(SystemError) in
      try readFully(reading, into: buffer)
    }
    close(reading)
    #expect(three == Array("abc".utf8) && rest == Array("de".utf8))
  }

  @Test("from a place in a file, and the first bytes of one that is too long")
  func places() throws {
    try Data("0123456789".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try contents(of: path, limit: 4) == Array("0123".utf8))
    #expect(try contents(of: path, limit: 40) == Array("0123456789".utf8))
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    let tail = try Platform.bytes(5) { (buffer) throws(SystemError) in
      try readFully(descriptor, at: 8, into: buffer)
    }
    #expect(tail == Array("89".utf8))
  }

  @Test("refusals are told in the system's words")
  func refusals() {
    let missing = #expect(throws: SystemError.self) { try contents(of: path, limit: 1) }
    #expect(missing?.description == "No such file or directory")
    let folder = #expect(throws: SystemError.self) {
      try contents(of: NSTemporaryDirectory(), limit: 1)
    }
    #expect(folder?.code == EISDIR)
  }
}
