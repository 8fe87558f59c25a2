import Architectures
import Datasets
import Dispatch
import Experiments
import Explorer
import Foundation
import Platform
import Records
import Synchronization
import Tensors
import Training
import Wording

/// Trains two networks in lockstep while a page shows them. Their records go to a folder of their own, which
/// is gone when the playground closes; what is kept becomes finished runs of the output folder.
///
/// A thread of its own trains. What a page asks for changes what is wanted, and is answered at once; the
/// thread sees it before its next step.
final class TwinPlayground: Playground {
  let folder: ShownFolder
  private let scratch: String
  private let output: String
  private let data: String?
  private let threads: Int
  private let shared = Mutex(Shared())
  private let hasWork = DispatchSemaphore(value: 0)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// What the thread and the pages share.
  private struct Shared {
    var state = PlayState() {
      didSet { state.revision = oldValue.revision + 1 }
    }
    /// What is wanted and was not begun yet, in order.
    var commands: [PlayCommand] = []
    var isRunning = false
    var isClosing = false
    var isWatched = false
  }

  /// What goes on with the training is kept for so long when no page is open any more.
  private static let patience = Duration.seconds(5)

  init(threads: Int, data: String?, output: String) {
    self.threads = threads
    self.data = data
    self.output = output
    scratch =
      FileManager.default.temporaryDirectory
      .appending(path: "gradflow-play-\(getpid())").path
    folder = ShownFolder(RecordStore(output: scratch), prefix: "play/")
    let thread = Thread { [self] in
      work()
      hasEnded.signal()
    }
    thread.name = "playground"
    thread.stackSize = 1 << 23
    thread.start()
  }

  /// Whether a page is open. Without one the training ends.
  var isWatched: Bool {
    get { shared.withLock { $0.isWatched } }
    set { shared.withLock { $0.isWatched = newValue } }
  }

  var state: String { shared.withLock { $0.state.json } }

  var images: String {
    let name = DatasetConfiguration.Name.fashionMNIST
    let isThere = Publication.of(name)?.locate(in: data) != nil
    return (isThere ? name : .synthetic).rawValue
  }

  func take(_ bytes: [UInt8]) async throws -> String {
    let command = try PlayCommand(json: bytes)
    // What cannot be is said at once.
    if command.action == .reset {
      guard let setup = command.setup else { throw PlayFault(description: "It has no networks.") }
      for run in try setup.runs() {
        if let problem = run.problem { throw PlayFault(description: "\(problem).") }
        let complaint = memoryComplaint(
          MemoryEstimate(Architecture(run)), batchSize: run.batchSize, name: run.network.name,
          available: Allowance().memory)
        if let complaint { throw PlayFault(description: complaint) }
      }
    }
    shared.withLock { shared in
      switch command.action {
      case .run, .pause:
        shared.isRunning = command.action == .run
        if [.running, .paused].contains(shared.state.status) {
          shared.state.status = shared.isRunning ? .running : .paused
        }
      case .reset:
        shared.isRunning = false
        shared.commands = [command]
        shared.state = PlayState()
        shared.state.status = .preparing
      case .step, .keep:
        // It stops for that; the status says so at once.
        shared.isRunning = false
        if shared.state.status == .running { shared.state.status = .paused }
        shared.commands.append(command)
      case .end:
        shared.isRunning = false
        shared.commands = [command]
      }
    }
    hasWork.signal()
    return state
  }

  /// Ends the training and removes its folder.
  func close() {
    shared.withLock { $0.isClosing = true }
    hasWork.signal()
    hasEnded.wait()
    try? FileManager.default.removeItem(atPath: scratch)
  }

  // MARK: - On the thread

  private func work() {
    var session: PlaySession?
    var lastWatched = ContinuousClock.now
    while true {
      let (command, isRunning, isClosing, isWatched) = shared.withLock { shared in
        let command = shared.commands.isEmpty ? nil : shared.commands.removeFirst()
        return (command, shared.isRunning, shared.isClosing, shared.isWatched)
      }
      if isClosing { return }
      if isWatched || session == nil { lastWatched = .now }
      if ContinuousClock.now - lastWatched > Self.patience {
        session = nil
        forget()
        continue
      }
      do {
        if let command {
          try carryOut(command, &session)
        } else if isRunning, let session, !session.lockstep.isOver {
          try session.advance()
          note(session)
        } else {
          try session?.lockstep.flush()
          _ = hasWork.wait(timeout: DispatchTime.now() + .milliseconds(500))
        }
      } catch {
        session = nil
        forget(because: "\(error)")
      }
    }
  }

  private func carryOut(_ command: PlayCommand, _ session: inout PlaySession?) throws {
    switch command.action {
    case .reset:
      guard let setup = command.setup else { return }
      session = nil
      forget(preparing: true)
      session = try begin(setup)
    case .step:
      guard let session, !session.lockstep.isOver else { return }
      try session.advance()
      try session.lockstep.flush()
      note(session)
    case .keep:
      guard let session, session.lockstep.step > 0 else { return }
      try keep(session)
    case .end:
      session = nil
      forget()
    case .run, .pause: break
    }
  }

  private func begin(_ setup: PlaySetup) throws -> PlaySession {
    let engine = try Engine(threads: threads)
    let runs = try setup.runs()
    let images = try PreparedDataset.load(runs[0].dataset, from: data)
    let lockstep = try Lockstep(
      runs, on: images, engine: engine, context: context(images, engine), output: scratch)
    try lockstep.flush()
    let session = PlaySession(setup, lockstep)
    shared.withLock { shared in
      shared.state.runs = runs.map { folder.prefix + $0.runName }
      shared.state.setup = setup
      shared.state.step = 0
      shared.state.status = shared.isRunning ? .running : .paused
    }
    return session
  }

  private func context(_ images: PreparedDataset, _ engine: Engine) -> RunContext {
    RunContext(
      version: Gradflow.version, oneDNN: Engine.libraryVersion, threads: engine.threads,
      datasetSHA256: images.sha256, evaluationSet: images.evaluationSet)
  }

  private func note(_ session: PlaySession) {
    shared.withLock { shared in
      // What was asked for in the meantime may be another training.
      guard !shared.commands.contains(where: { [.reset, .end].contains($0.action) }) else { return }
      shared.state.step = session.lockstep.step
      shared.state.pace = session.pace
      if session.lockstep.isOver { shared.state.status = .over }
    }
  }

  private func keep(_ session: PlaySession) throws {
    let steps = session.lockstep.step
    do {
      let runs = try session.setup.runs(steps: steps)
      try session.lockstep.keep(as: runs, in: output)
      let names = session.setup.networks.map(\.name).joined(separator: "-and-")
        .map { $0 == "." ? "-" : String($0) }.joined().lowercased()
      let path = "\(output)/explore/played-\(names.prefix(40)).yaml"
      try writeAtomically(Array(session.setup.yaml(steps: steps).utf8), to: path)
      shared.withLock { shared in
        shared.state.message =
          "Kept as \(sentenceList(runs.map(\.runName))) of \(output)/runs."
        shared.state.command = "gradflow run \(path)"
      }
    } catch {
      // It goes on as it was.
      shared.withLock { $0.state.message = "It could not be kept: \(error)" }
    }
  }

  /// Forgets the training.
  private func forget(preparing: Bool = false, because message: String? = nil) {
    try? FileManager.default.removeItem(atPath: scratch)
    shared.withLock { shared in
      shared.isRunning = preparing && shared.isRunning
      shared.state = PlayState()
      shared.state.message = message
      if preparing { shared.state.status = .preparing }
    }
  }
}
