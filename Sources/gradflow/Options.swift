import ArgumentParser
import ExperimentFiles
import Experiments
import Foundation

/// Where records and figures are.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of records and figures.", valueName: "dir"))
  var output = OutputOptions.usual

  static let usual = "output"
}

/// Which images an experiment sees.
enum ImageSource: ExpressibleByArgument {
  /// Patterns drawn by a formula instead of the experiment's own images.
  case synthetic
  /// A folder with the files of the data set.
  case folder(String)

  init(argument: String) {
    self = argument == "synthetic" ? .synthetic : .folder(argument)
  }

  /// Where to look for files; nil for the usual places.
  var folder: String? {
    if case .folder(let path) = self { path } else { nil }
  }
}

extension Experiment.Plan {
  /// The runs as planned, or on synthetic images of the same size.
  func on(_ source: ImageSource?) -> Experiment.Plan {
    if case .synthetic = source { onSyntheticImages } else { self }
  }
}

extension Budget: ExpressibleByArgument {}

extension Experiment {
  /// The plan at a budget, or the smallest; a sentence where there is none.
  func plan(_ budget: Budget?) throws -> Plan {
    guard let budget else { return plans[0] }
    if let plan = plan(at: budget) { return plan }
    let budgets = plans.map(\.budget.rawValue).joined(separator: ", ")
    throw Complaint("--budget \(budget.rawValue): \(name) has \(budgets).")
  }
}

/// The experiment of a name in the catalog or of a YAML file, with settings `key=value` made in all of
/// its runs; or a sentence that says what is wrong.
func findExperiment(_ name: String, settings: [String] = []) throws -> Experiment {
  let names = Experiment.catalog.map(\.name)
  let experiment: Experiment
  if let found = Experiment.named(name) {
    experiment = found
  } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
    do {
      experiment = try ExperimentFile.experiment(at: name, taken: names)
    } catch {
      throw Complaint("\(error)")
    }
  } else if FileManager.default.fileExists(atPath: name) {
    throw Complaint("\(name): a file of an experiment ends in .yaml or .yml; rename it.")
  } else {
    throw Complaint(unknown("experiment", name, among: names))
  }
  return experiment.setting(try settings.map(assignment))
}

/// What `key=value` says.
private func assignment(_ text: String) throws -> Assignment {
  let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  guard parts.count == 2 else {
    throw Complaint("--set \(text): write a key and a value, such as schedule.base=0.05.")
  }
  do {
    return try Assignment(String(parts[0]), String(parts[1]))
  } catch {
    throw Complaint("--set \(text): \(error)")
  }
}
