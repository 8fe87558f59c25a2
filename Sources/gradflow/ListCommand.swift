import ArgumentParser
import Experiments
import Figures
import Records
import Wording

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows the experiments, figures, networks and data sets.")

  @OptionGroup var options: OutputOptions

  func run() throws {
    let store = RecordStore(output: options.output)
    print("Experiments (gradflow run NAME)")
    for experiment in Experiment.catalog {
      print("  \(padded(experiment.name))\(experiment.question)")
      for plan in experiment.plans {
        print("  \(padded(""))\(plan.budget.rawValue): \(plan.cost); \(status(plan, store)).")
      }
    }
    print("\nFigures (gradflow draw NAME)")
    for figure in Figure.catalog {
      let origin =
        switch figure.source {
        case .experiment(let experiment): "From \(experiment.name)."
        case .recordings(let recordings): "From \(sentenceList(recordings.runs))."
        case .runs, .structures: "Without records."
        }
      print("  \(padded(figure.name))\(figure.summary) \(origin)")
    }
    let recorded = recordedRuns(store)
    if !recorded.isEmpty {
      print("\nRuns of other programs (gradflow draw --runs DIR, gradflow diagnose DIR)")
      for line in recorded { print("  \(line)") }
    }
    print("\nNetworks (gradflow describe NAME)")
    for (names, text) in [
      ("plain-20, plain-56, …", "6n+2 layers in a chain (He et al. 2015, section 4.2)."),
      ("resnet-20, resnet-56, …", "The same layers with shortcuts."),
      ("plain-18, -34, -50, -101, -152", "The paper's networks for ImageNet, without shortcuts"),
      ("resnet-18, -34, -50, -101, -152", "and with them."),
      ("dense-plain-…, dense-resnet-…", "Fully connected, 2 to 10004 layers; Balduzzi et al. 2017."),
      ("vgg-16, vgg-19", "Simonyan and Zisserman 2014."),
      ("notes-resnet-18, -34", "A tutorial's code, as printed: they have 20 and 36 layers."),
    ] { print("  \(padded(names))\(text)") }
    print("  \(padded("… with variants behind"))-A -B -C, -v1.5, -bn, -no-bn, -tanh, -preact")
    print("\nData sets (--data DIR says where they are)")
    for name in DatasetConfiguration.Name.allCases {
      print("  \(padded(name.rawValue))\(name.summary)")
    }
  }

  /// A line for each run in the output folder that another program has recorded, or is recording; or what
  /// is wrong with it.
  private func recordedRuns(_ store: RecordStore) -> [String] {
    store.folders().compactMap { folder in
      do throws(RecordError) {
        let run = try folder.description()
        guard run.source == .recorded else { return nil }
        let steps = try folder.stepCount()
        return "\(padded(folder.path))\(run.subject.name): \(counted(run.subject.depth, "layer")), "
          + "\(counted(steps, "step"))\(folder.isGrowing ? " so far" : "")."
      } catch {
        return error.description
      }
    }
  }

  private func status(_ plan: Experiment.Plan, _ store: RecordStore) -> String {
    let runs = plan.runs()
    let names = Set(runs.map(\.runName))
    let finished = names.intersection(store.runNames()).count
    let interrupted = names.intersection(store.interruptedNames()).count
    return "records of \(finished) of \(runs.count) runs in \(options.output)"
      + (interrupted == 0 ? "" : ", \(interrupted) interrupted")
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
    case .line: "256 points of a line, for fully connected networks; without any file."
    }
  }
}
