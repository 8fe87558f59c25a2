import Platform

/// One line on a terminal's standard error that tells what is being done; nothing elsewhere.
struct StatusLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1

  func show(_ text: String) {
    if isTerminal { say("\r\u{1B}[K\(text)") }
  }

  func clear() {
    if isTerminal { say("\r\u{1B}[K") }
  }
}
