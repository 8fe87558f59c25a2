import Foundation

/// Where the tests were built, and the command beside them.
private var productFolder: URL {
  #if os(macOS)
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return bundle.bundleURL.deletingLastPathComponent()
    }
  #endif
  return Bundle.main.bundleURL
}

/// The built command, ready to be run.
func command(_ arguments: [String]) -> Process {
  let process = Process()
  process.executableURL = productFolder.appendingPathComponent("gradflow")
  process.arguments = arguments
  return process
}

/// Runs the built command, with additions to the environment; one that hangs is killed after five
/// minutes.
func runCommand(
  _ arguments: [String], environment: [String: String] = [:]
) throws -> (status: Int32, output: String, error: String) {
  let process = command(arguments)
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  return try outcome(of: process)
}

/// Runs a process to its end, and kills it after five minutes.
func outcome(of process: Process) throws -> (status: Int32, output: String, error: String) {
  let (output, error) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = error
  try process.run()
  let identifier = process.processIdentifier
  let guardian = DispatchWorkItem { kill(identifier, SIGKILL) }
  DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: guardian)
  defer { guardian.cancel() }
  let text = output.fileHandleForReading.readDataToEndOfFile()
  let complaint = error.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (
    process.terminationStatus, String(decoding: text, as: UTF8.self),
    String(decoding: complaint, as: UTF8.self)
  )
}
