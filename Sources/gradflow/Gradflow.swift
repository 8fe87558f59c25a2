import ArgumentParser
import Collective
import Platform

@main
struct Gradflow: AsyncParsableCommand {
  /// Of this package; records name it.
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "gradflow",
    abstract: "Trains plain and residual twins and draws the gradients that flow backward.",
    discussion: """
      Begin with `gradflow run quickstart`: it takes about a minute and draws three charts.
      """,
    version: version,
    subcommands: [
      ListCommand.self, RunCommand.self, DrawCommand.self, DescribeCommand.self, ProbeCommand.self,
      BenchCommand.self, DataCommand.self, RecorderCommand.self, DiagnoseCommand.self,
      ExportCommand.self, ExploreCommand.self, CheckCommand.self,
    ])

  static func main() async {
    let isFirst = Launch.current.rank == 0
    InterruptSignals.watch(isSilent: !isFirst)
    do {
      let isUnset = { (word: String) in word.isEmpty || word.hasPrefix("--") && word.hasSuffix("=")
      }
      if CommandLine.arguments.dropFirst().contains(where: isUnset) {
        throw Complaint(
          "An argument is empty, as that of a variable which is not set; say what it should be.")
      }
      var command = try parseAsRoot()
      guard isFirst || command is any RankedCommand else { return }
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      if let failure = printingFailure() {
        throw Complaint("Not all could be printed: \(failure).")
      }
    } catch {
      // Rank 0 says it.
      if !isFirst { endProcess(exitCode(for: error).rawValue) }
      exit(withError: error)
    }
  }
}
