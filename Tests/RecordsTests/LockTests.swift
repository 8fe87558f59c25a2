import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("A run has one writer at a time")
struct LockTests {
  private let folder: TemporaryFolder
  private var run: String { "\(folder.path)/runs/some.partial" }

  init() throws { folder = try TemporaryFolder() }

  @Test("the second is told so, whoever comes after the first gets it, and nothing is left behind")
  func exclusive() throws {
    do {
      let lock = try RunLock(run, of: "some")
      #expect(throws: RecordError.busy(run: "some", by: Owner.current.words)) {
        _ = try RunLock(run, of: "some")
      }
      withExtendedLifetime(lock) {}
    }
    #expect(throws: Never.self) { _ = try RunLock(run, of: "some") }
    #expect(try folder.contents("runs").isEmpty)
  }

  @Test("a lock file that a killed process left behind is no lock")
  func leftover() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/runs", withIntermediateDirectories: true)
    try folder.write("", to: "runs/some.partial.lock")
    #expect(throws: Never.self) { _ = try RunLock(run, of: "some") }
  }

  @Test("only a lock that another has means busy; other refusals say what they are")
  func refusals() throws {
    for (number, isBusy) in [(EWOULDBLOCK, true), (EIO, false), (EACCES, false)] {
      let error = #expect(throws: RecordError.self) {
        _ = try RunLock(run, of: "some") { _ in
          errno = number
          return -1
        }
      }
      #expect((error == .busy(run: "some", by: "another process")) == isBusy)
      if !isBusy { #expect(error?.description.contains("Cannot lock") == true) }
    }
    var attempts = 0
    _ = try RunLock(run, of: "some") { _ in
      attempts += 1
      errno = EINTR
      return attempts < 3 ? -1 : 0
    }
    #expect(attempts == 3)
  }

  @Test("it can be asked whether a run has a writer, which does not keep one away")
  func asked() throws {
    #expect(!RunLock.isHeld(run))
    do {
      let lock = try RunLock(run, of: "some")
      #expect(RunLock.isHeld(run))
      withExtendedLifetime(lock) {}
    }
    #expect(!RunLock.isHeld(run))
    // Two that ask are in nobody's way, and who writes waits for them.
    let asking = open("\(run).lock", O_RDWR | O_CREAT, 0o666)
    #expect(flock(asking, LOCK_SH | LOCK_NB) == 0 && !RunLock.isHeld(run))
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(40)) { close(asking) }
    #expect(throws: Never.self) { _ = try RunLock(run, of: "some") }
  }

  @Test("without locks of files, a run has a writer as long as the owner that is named is there")
  func askedWithoutLocks() throws {
    let unsupported = unsupported(ENOSYS)
    do {
      let lock = try RunLock(run, of: "some", lock: unsupported)
      #expect(RunLock.isHeld(run, lock: unsupported))
      withExtendedLifetime(lock) {}
    }
    #expect(!RunLock.isHeld(run, lock: unsupported))
  }

  /// A file system that locks no files.
  private func unsupported(_ number: Int32) -> RunLock.Lock {
    { _ in
      errno = number
      return -1
    }
  }

  @Test(
    "where files cannot be locked, a file that names its owner stands for the lock",
    arguments: [ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK])
  func owned(number: Int32) throws {
    do {
      let lock = try RunLock(run, of: "some", lock: unsupported(number))
      #expect(try folder.contents("runs") == ["some.partial.owner"])
      let owner = try #require(Owner(folder.text("runs/some.partial.owner")))
      #expect(owner == Owner.current)
      let error = #expect(throws: RecordError.self) {
        _ = try RunLock(run, of: "some", lock: unsupported(number))
      }
      let sentence = try #require(error?.description)
      #expect(sentence.contains("process \(getpid()) on \(owner.host)"))
      #expect(sentence.contains("some.partial.owner if it is no more"))
      withExtendedLifetime(lock) {}
    }
    #expect(try folder.contents("runs").isEmpty)
  }

  @Test("an owner of this machine that is no more is replaced; one of another machine is not")
  func abandoned() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/runs", withIntermediateDirectories: true)
    // Ended before anything else happens.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    let gone = Owner(host: Owner.current.host, process: process.processIdentifier, job: nil)
    try folder.write(gone.text, to: "runs/some.partial.owner")
    #expect(throws: Never.self) {
      _ = try RunLock(run, of: "some", lock: unsupported(ENOSYS))
    }
    let elsewhere = Owner(host: "node7", process: process.processIdentifier, job: "4711")
    for words in [elsewhere.text, "nonsense", ""] {
      try folder.write(words, to: "runs/some.partial.owner")
      let error = #expect(throws: RecordError.self) {
        _ = try RunLock(run, of: "some", lock: unsupported(ENOSYS))
      }
      let sentence = try #require(error?.description)
      #expect(
        sentence.contains(words == elsewhere.text ? "on node7 (job 4711)" : "another process"))
      #expect(try folder.text("runs/some.partial.owner") == words)
    }
  }

  @Test("the words of an owner are read as they were written")
  func words() {
    for job in [nil, "12"] {
      let owner = Owner(host: "node", process: 5, job: job)
      #expect(Owner(owner.text) == owner)
    }
    for wrong in ["", "node", "node x", "node -3", "a 1 2 3"] { #expect(Owner(wrong) == nil) }
  }
}
