import Foundation
import Slurm
import Wording

/// The programs of Slurm.
struct SlurmPrograms {
  /// Where programs are looked for: folders with colons between.
  private let searchPath: String

  init(searchPath: String? = ProcessInfo.processInfo.environment["PATH"]) {
    self.searchPath = searchPath ?? ""
  }

  /// Whether jobs can be submitted from this machine.
  var areHere: Bool { path(of: "sbatch") != nil }

  struct Outcome {
    let status: Int32
    let output: String
    /// What was said beside the output, without the program's name, on one line.
    let remarks: String
  }

  /// Runs one of them to its end; a sentence where it is not there.
  func run(_ program: String, _ arguments: [String]) throws -> Outcome {
    guard let path = path(of: program) else {
      throw Complaint(
        "There is no \(program) here: --slurm is for the machines of a cluster from which jobs are "
          + "submitted to Slurm.")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // What is said is short, and never fills its pipe while the output is read.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let remarks = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: remarks, as: UTF8.self).split(separator: "\n").map { line in
      line.hasPrefix("\(program): ") ? String(line.dropFirst(program.count + 2)) : String(line)
    }
    return Outcome(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      remarks: lines.joined(separator: "; "))
  }

  /// What squeue answers; a sentence where it does not. That it does not know a job that ended long ago is
  /// an answer.
  func askQueue(_ question: [String]) throws -> String {
    let outcome = try run("squeue", question)
    guard outcome.status == 0 || outcome.remarks.contains("Invalid job id") else {
      throw Complaint("squeue does not tell what is in the queue: \(outcome.remarks)")
    }
    return outcome.output
  }

  /// The number below which those of an array's tasks have to be.
  func maximumArraySize() throws -> Int {
    let outcome = try run("scontrol", ["show", "config"])
    guard outcome.status == 0, let size = Slurm.maximumArraySize(in: outcome.output) else {
      throw Complaint(
        "scontrol does not tell how long an array of jobs may be: \(outcome.remarks)")
    }
    guard size >= 2 else {
      throw Complaint("This cluster has no arrays of jobs (MaxArraySize is \(size)).")
    }
    return size
  }

  /// The longest time in minutes of a job in a partition; nil where none is told.
  func timeLimit(of partition: String?) -> Int? {
    guard let outcome = try? run("sinfo", partitionQuestion), outcome.status == 0 else {
      return nil
    }
    return Slurm.timeLimit(of: partition, in: outcome.output)
  }

  private func path(of program: String) -> String? {
    searchPath.split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
