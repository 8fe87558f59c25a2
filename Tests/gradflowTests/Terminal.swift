import Foundation

/// Runs a command whose standard error is a terminal of so many columns, and returns what it wrote
/// there; one that hangs is killed after five minutes.
func onTerminal(
  columns: UInt16, _ arguments: [String]
) throws -> (status: Int32, text: String) {
  var (ours, its): (Int32, Int32) = (-1, -1)
  var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
  guard openpty(&ours, &its, nil, nil, &size) == 0 else { throw POSIXError(.ENXIO) }
  // Others that are started meanwhile must not keep the terminal open.
  for end in [ours, its] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  defer { close(ours) }
  let process = command(arguments)
  process.standardError = FileHandle(fileDescriptor: its)
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  close(its)
  let identifier = process.processIdentifier
  let guardian = DispatchWorkItem { kill(identifier, SIGKILL) }
  DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: guardian)
  defer { guardian.cancel() }
  var text: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  // A terminal that nobody writes to any more is an error on Linux and ends on macOS.
  while case let count = read(ours, &buffer, buffer.count), count > 0 { text += buffer[..<count] }
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}
