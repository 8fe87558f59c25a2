import Foundation

@testable import Slurm

/// A sweep whose folders hold what means something to shells and to Slurm.
func sampleSweep(
  working: String = "/home/a b", program: String = "/opt/it's/gradflow",
  resources: Sweep.Resources = .init(processors: 4, memory: "3G", time: "02:00:00"),
  options: [String] = []
) -> Sweep {
  Sweep(
    name: "depth-sweep-paper", output: "my output", workingFolder: working, program: program,
    arguments: ["depth-sweep", "--budget", "paper", "--set", "initialization=he (fan in)"],
    resources: resources, options: options)
}

/// What a program printed on standard output, and its status.
func run(
  _ program: String, _ arguments: [String], in folder: String? = nil,
  environment: [String: String] = [:]
) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  let output = Pipe()
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let text = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}
