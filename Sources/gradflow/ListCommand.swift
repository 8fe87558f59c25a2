import ArgumentParser
import Experiments
import Figures
import Records

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows the experiments, figures, networks and data sets.")

  @OptionGroup var options: OutputOptions

  func run() throws {
    let store = RecordStore(output: options.output)
    print("Experiments (gradflow run NAME)")
    for experiment in Experiment.catalog {
      print("  \(padded(experiment.name))\(experiment.question)")
      print("  \(padded(""))\(experiment.cost); \(status(experiment, store)).")
    }
    print("\nFigures (gradflow draw NAME)")
    for figure in Figure.catalog {
      print("  \(padded(figure.name))\(figure.summary) From \(figure.experiment.name).")
    }
    print("\nNetworks")
    print(
      "  \(padded("plain-20, plain-56, …"))6n+2 layers in a chain (He et al. 2015, section 4.2).")
    print(
      "  \(padded("resnet-20, resnet-56, …"))The same layers with identity shortcuts, option A.")
    print("\nData sets (--data DIR says where they are)")
    for name in DatasetConfiguration.Name.allCases {
      print("  \(padded(name.rawValue))\(name.summary)")
    }
  }

  private func status(_ experiment: Experiment, _ store: RecordStore) -> String {
    let runs = experiment.runs(seeds: 1)
    let finished = runs.filter(store.has).count
    return "records of \(finished) of \(runs.count) runs in \(options.output)"
  }

  private func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(1, 32 - text.count))
  }
}

extension DatasetConfiguration.Name {
  fileprivate var summary: String {
    switch self {
    case .fashionMNIST: "70,000 grey images of clothes, 28×28; Debian: dataset-fashion-mnist."
    case .cifar10: "60,000 colour images, 32×32; the binary version."
    case .synthetic: "Patterns drawn by a formula, without any file: --data synthetic."
    }
  }
}
