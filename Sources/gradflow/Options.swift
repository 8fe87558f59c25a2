import ArgumentParser
import Experiments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where records and figures are.
struct OutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of records and figures.", valueName: "dir"))
  var output = "output"
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

extension Experiment {
  /// The images of the experiment itself, or synthetic ones of the same size.
  func dataset(from source: ImageSource?) -> DatasetConfiguration {
    if case .synthetic = source { syntheticDataset } else { dataset }
  }

  var syntheticDataset: DatasetConfiguration {
    var changed = dataset
    changed.name = .synthetic
    return changed
  }
}

/// The experiment of a name, or a sentence that says which name may have been meant.
func findExperiment(_ name: String) throws -> Experiment {
  if let found = Experiment.named(name) { return found }
  throw Complaint(
    unknown("experiment", name, among: Experiment.catalog.map(\.name)))
}

/// The number of processors that are at work.
func processorCount() -> Int {
  max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
