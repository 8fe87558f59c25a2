import Architectures
package import Experiments
import Platform

/// An experiment that a learner wrote: a YAML file with a question, runs and budgets, which states
/// only what differs from the defaults.
///
/// A run begins as what the catalog trains of its network at the budget; then the settings of
/// `defaults`, of the run and of the budget are made, in this order.
package struct ExperimentFile: Sendable {
  /// What the file is called without its ending: the name of the experiment.
  let name: String
  /// As the user wrote it.
  let path: String
  var question = ""
  var seeds = 1
  var defaults: [FileSetting] = []
  var runs: [FileRun] = []
  var budgets: [FileBudget] = []

  /// One entry of `runs`.
  struct FileRun {
    let line: Int
    let settings: [FileSetting]
  }

  /// One entry of `budgets`.
  struct FileBudget {
    let budget: Budget
    var seeds: Int?
    var settings: [FileSetting] = []
  }

  /// Files are written by hand.
  static let sizeLimit = 1 << 18
  static let runLimit = 100

  /// Reads an experiment strictly; `taken` are names that others have.
  package static func experiment(
    at path: String, taken: [String]
  ) throws(ExperimentFileError) -> Experiment {
    guard let bytes = try? contents(of: path, limit: sizeLimit + 1) else {
      throw ExperimentFileError(path, nil, "the file cannot be read; is it there?")
    }
    return try experiment(yaml: bytes, path: path, taken: taken)
  }

  /// The same from the bytes of a file.
  package static func experiment(
    yaml bytes: [UInt8], path: String, taken: [String]
  ) throws(ExperimentFileError) -> Experiment {
    guard bytes.count <= sizeLimit else {
      throw ExperimentFileError(
        path, nil, "the file has more than \(sizeLimit) bytes, too many for an experiment.")
    }
    let name = try nameOfExperiment(path: path, taken: taken)
    var file = ExperimentFile(name: name, path: path)
    try file.read(bytes)
    return try file.experiment()
  }

  private static func nameOfExperiment(
    path: String, taken: [String]
  ) throws(ExperimentFileError) -> String {
    let last = path.split(separator: "/").last ?? ""
    let name = String(last.prefix { $0 != "." })
    guard name.wholeMatch(of: #/[a-z0-9][a-z0-9-]{0,59}/#) != nil else {
      throw ExperimentFileError(
        path, nil,
        "the figures are named after the file: call it in lower-case letters, digits and hyphens, "
          + "such as deeper-tanh.yaml.")
    }
    guard !taken.contains(name) else {
      throw ExperimentFileError(
        path, nil,
        "\(name) is the name of an experiment of the catalog; give the file another one.")
    }
    return name
  }

  /// The experiment that the file describes.
  private func experiment() throws(ExperimentFileError) -> Experiment {
    var plans: [Experiment.Plan] = []
    for entry in budgets {
      let runs = try configurations(at: entry)
      plans.append(
        Experiment.Plan(
          entry.budget, cost: "as `--dry-run` says", shows: "What its author asks.",
          seeds: entry.seeds ?? seeds
        ) { seed in
          runs.map { run in
            var run = run
            run.seed += seed
            return run
          }
        })
    }
    return Experiment(
      name: name, source: path, question: question,
      plans: plans.sorted { $0.budget < $1.budget })
  }

  private func configurations(
    at entry: FileBudget
  ) throws(ExperimentFileError) -> [RunConfiguration] {
    var configurations: [RunConfiguration] = []
    for run in runs {
      let settings = defaults + run.settings + entry.settings
      let network = settings.last { $0.assignment.setting.key == "network" }?.assignment.value
      guard let network, let named = try? NetworkConfiguration(named: network) else {
        throw ExperimentFileError(
          path, run.line,
          "the run names no network; write for instance `network: resnet-20`.")
      }
      var configuration = RunConfiguration.study(named, at: entry.budget, seed: 0)
      for setting in settings where setting.assignment.setting.key != "network" {
        setting.assignment.apply(to: &configuration)
      }
      if let problem = configuration.problem {
        throw ExperimentFileError(path, run.line, "\(problem) (budget \(entry.budget.rawValue)).")
      }
      if let twin = configurations.firstIndex(of: configuration) {
        throw ExperimentFileError(
          path, run.line, "the run is the same as the one on line \(runs[twin].line).")
      }
      configurations.append(configuration)
    }
    return configurations
  }
}

/// A setting, and where it was made.
struct FileSetting: Sendable {
  let line: Int
  let assignment: Assignment
}

/// What is wrong with a file of an experiment, and where.
package struct ExperimentFileError: Error, Hashable, CustomStringConvertible {
  package let path: String
  /// Counted from 1; nil where the whole file is meant.
  package let line: Int?
  package let reason: String

  init(_ path: String, _ line: Int?, _ reason: String) {
    self.path = path
    self.line = line
    self.reason = reason
  }

  package var description: String {
    "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)"
  }
}
