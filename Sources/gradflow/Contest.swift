import Foundation
import Wording

/// Another program that times the same training step.
struct Peer {
  /// For the shell, with the network and all else that it is to be told.
  let command: String

  /// The median time of a step, by the JSON that the command prints last.
  func medianStepSeconds() throws -> Double {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    struct Report: Decodable { let medianStepSeconds: Double }
    let last = printed.split(separator: UInt8(ascii: "\n")).last ?? Data()
    guard process.terminationStatus == 0 else {
      throw Complaint(
        "--against: “\(command)” ended with the exit code \(process.terminationStatus).")
    }
    guard let report = try? JSONDecoder().decode(Report.self, from: last),
      report.medianStepSeconds > 0, report.medianStepSeconds.isFinite
    else {
      throw Complaint(
        "--against: the last line that “\(command)” prints is no JSON with a medianStepSeconds.")
    }
    return report.medianStepSeconds
  }
}

/// Programs that take turns, so that what else the machine does meanwhile meets all of them.
struct Contest {
  let name: String
  let batch: Int
  let rounds: Int

  /// A row of Markdown, under its heading: images per second, and the ratio to the fastest of the others.
  func table(
    ours: () throws -> Double, peers: [Peer], line: StatusLine
  ) throws -> String {
    var own: [Double] = []
    var others = [[Double]](repeating: [], count: peers.count)
    for round in 1...rounds {
      line.show("\(name): turn \(round) of \(rounds)")
      own.append(try ours())
      for (index, peer) in peers.enumerated() {
        line.show(
          "\(name): turn \(round) of \(rounds), against program \(index + 1) of \(peers.count)")
        others[index].append(try peer.medianStepSeconds())
      }
    }
    line.clear()
    let speeds = ([own] + others).map { Double(batch) / median($0) }
    let best = speeds.dropFirst().max() ?? .nan
    let names = ["gradflow"] + peers.indices.map { peers.count == 1 ? "other" : "other \($0 + 1)" }
    return """
      | network | \(names.joined(separator: " | ")) | ratio |
      |---|\(names.map { _ in "--:|" }.joined())--:|
      | \(name) | \(speeds.map { fixed($0, places: $0 < 100 ? 1 : 0) }.joined(separator: " | ")) | \
      \(fixed(speeds[0] / best, places: 2)) |
      """
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
