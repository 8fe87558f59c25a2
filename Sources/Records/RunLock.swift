import Essentials
import Platform

/// The right to write the records of a run, which one process at a time has, also of processes on other
/// machines that share the folder. It ends with the process, however that ends.
///
/// The lock is on a file beside the run's folder that is open for writing: file systems of clusters lock
/// such files across machines, and folders on one machine alone. It names its owner, for the sentence to
/// whoever comes second. Where files cannot be locked, a file that names its owner stands for the lock.
final class RunLock {
  private let path: String
  private let descriptor: Int32

  /// Locks a file as `flock` does without waiting: 0, or −1 and `errno`.
  typealias Lock = (_ descriptor: Int32) -> Int32

  /// Takes the lock of a run that is written to a folder.
  init(
    _ folder: String, of run: String, lock: Lock = { flock($0, LOCK_EX | LOCK_NB) }
  ) throws(RecordError) {
    try createFolder(parentFolder(of: folder))
    let path = "\(folder).lock"
    var patience = 10
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .lastSystemError("write", path) }
      guard lock(descriptor) == 0 else {
        let reason = errno
        close(descriptor)
        switch reason {
        case EWOULDBLOCK:
          // Who only asks whether it is held has it for a moment.
          guard patience > 0 else { throw .busy(run: run, by: Self.owner(path)) }
          patience -= 1
          usleep(20_000)
          continue
        case EINTR: continue
        case ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK, EINVAL:
          unlink(path)
          self.path = "\(folder).owner"
          self.descriptor = try Self.owned("\(folder).owner", run: run)
          return
        default:
          throw .system(action: "lock", path: path, reason: String(cString: strerror(reason)))
        }
      }
      // Whoever had the lock before may have removed the file in between: then it is another one's.
      var (held, there) = (stat(), stat())
      if fstat(descriptor, &held) == 0, stat(path, &there) == 0, held.st_ino == there.st_ino {
        self.path = path
        self.descriptor = descriptor
        let words = Array("\(Owner.current.text)\n".utf8)
        // Without these words, on a full disk, the lock holds as well.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, words, words.count, 0) }
        return
      }
      close(descriptor)
    }
  }

  /// Whether a process has the lock of a run that is written to a folder.
  static func isHeld(
    _ folder: String, lock: Lock = { flock($0, LOCK_SH | LOCK_NB) }
  ) -> Bool {
    let descriptor = open("\(folder).lock", O_RDWR | O_CLOEXEC)
    if descriptor >= 0 {
      defer { close(descriptor) }
      if lock(descriptor) != 0, errno == EWOULDBLOCK { return true }
    }
    return (try? owner(ofFile: "\(folder).owner"))?.hasEnded == false
  }

  /// Whom the lock names, for a sentence.
  private static func owner(_ path: String) -> String {
    (try? owner(ofFile: path))?.words ?? "another process"
  }

  /// Nil where the file does not name an owner.
  private static func owner(ofFile path: String) throws(RecordError) -> Owner? {
    Owner(String(decoding: try readFile(path, limit: 4096), as: UTF8.self))
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Makes the file that names its owner. One that a process of this machine left when it ended is
  /// taken over; what another machine left cannot be told from what it still has.
  private static func owned(_ path: String, run: String) throws(RecordError) -> Int32 {
    for _ in 0..<2 {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        let words = Array("\(Owner.current.text)\n".utf8)
        guard write(descriptor, words, words.count) == words.count else {
          let refusal = RecordError.lastSystemError("write", path)
          close(descriptor)
          unlink(path)
          throw refusal
        }
        return descriptor
      }
      guard errno == EEXIST else { throw .lastSystemError("write", path) }
      let owner = try owner(ofFile: path)
      guard let owner, owner.hasEnded else {
        throw .owned(run: run, by: owner?.words ?? "another process", path: path)
      }
      unlink(path)
    }
    throw .busy(run: run, by: Self.owner(path))
  }
}

/// Who writes a run: a process on a machine, in a job of a cluster if it is one.
struct Owner: Equatable {
  let host: String
  let process: Int32
  let job: String?

  static var current: Owner {
    let environment = ProcessInfo.processInfo.environment
    let task = environment["SLURM_ARRAY_TASK_ID"].flatMap { task in
      environment["SLURM_ARRAY_JOB_ID"].map { "\($0)_\(task)" }
    }
    return Owner(
      host: ProcessInfo.processInfo.hostName, process: getpid(),
      job: task ?? environment["SLURM_JOB_ID"] ?? environment["PBS_JOBID"]
        ?? environment["LSB_JOBID"])
  }

  init(host: String, process: Int32, job: String?) {
    self.host = host
    self.process = process
    self.job = job
  }

  /// What ``text`` made.
  init?(_ text: String) {
    let words = text.split { $0 == " " || $0.isNewline }.map(String.init)
    guard words.count == 2 || words.count == 3, let process = Int32(words[1]), process > 0 else {
      return nil
    }
    self.init(host: words[0], process: process, job: words.count == 3 ? words[2] : nil)
  }

  var text: String { ([host, "\(process)"] + [job].compactMap(\.self)).joined(separator: " ") }

  /// For a sentence.
  var words: String {
    "process \(process) on \(host)" + (job.map { " (job \($0))" } ?? "")
  }

  /// Whether it was a process of this machine that is no more.
  var hasEnded: Bool {
    host == Owner.current.host && kill(process, 0) != 0 && errno == ESRCH
  }
}
