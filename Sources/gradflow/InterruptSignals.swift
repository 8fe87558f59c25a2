import Platform
import Synchronization

/// Ctrl-C and SIGTERM. While a network is trained the first one is remembered, so that the state can be
/// saved; at any other time, and the second time, they end the program at once.
enum InterruptSignals {
  private static let signal = Atomic<Int32>(0)
  private static let training = Atomic<Bool>(false)
  /// Whether another rank says that all were interrupted.
  private static let silent = Atomic<Bool>(false)

  /// Another process that works for this one, and is interrupted with it; 0 if none does.
  private static let helper = Atomic<Int32>(0)

  /// The number of the signal that came; 0 if none did.
  static var received: Int32 { signal.load(ordering: .relaxed) }

  static var isTraining: Bool {
    get { training.load(ordering: .relaxed) }
    set { training.store(newValue, ordering: .relaxed) }
  }

  /// Lets a process be interrupted as well, until it has ended.
  static func share(with process: Int32?) {
    helper.store(process ?? 0, ordering: .relaxed)
  }

  static func watch(isSilent: Bool = false) {
    silent.store(isSilent, ordering: .relaxed)
    // A limit on the size of files is an error of the write, not the end of the program.
    ignoreSignal(SIGXFSZ)
    // Who starts a program from a thread that blocks signals hands that down.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      handleSignal(number, handle)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static let handle: @convention(c) (Int32) -> Void = { number in
    let isSecond = InterruptSignals.signal.exchange(number, ordering: .relaxed) != 0
    let helper = InterruptSignals.helper.load(ordering: .relaxed)
    if helper > 0 { kill(helper, number) }
    if InterruptSignals.isTraining && !isSecond { return }
    if InterruptSignals.silent.load(ordering: .relaxed) { _exit(128 + number) }
    let message: StaticString = "\nInterrupted. What was finished is kept.\n"
    _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    _exit(128 + number)
  }
}
