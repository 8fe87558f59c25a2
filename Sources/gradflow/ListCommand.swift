import ArgumentParser
import Experiments
import Figures
import Records
import Slurm
import Wording

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows the experiments, figures, networks and data sets.")

  @Argument(help: "A sweep of `run --slurm`: shows how far each of its runs is instead.")
  var sweep: String?

  @OptionGroup var options: OutputOptions

  func run() throws {
    let store = RecordStore(output: options.output)
    let queue = store.queue()
    if let sweep {
      print(try SweepTable(named: sweep, store: store, queue: queue).text)
      return
    }
    let underWay = UnderWay(store, queue)
    print("Experiments (gradflow run NAME)")
    for experiment in Experiment.catalog {
      print("  \(padded(experiment.name))\(experiment.question)")
      for plan in experiment.plans {
        let status = status(plan, store, underWay)
        print("  \(padded(""))\(plan.budget.rawValue): \(plan.cost); \(status).")
      }
    }
    let sweeps = SweepTable.all(store: store, queue: queue)
    if !sweeps.isEmpty {
      print("\nSweeps on a cluster (gradflow list NAME)")
      for (name, summary) in sweeps { print("  \(padded(name))\(summary)") }
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
      (
        "dense-plain-…, dense-resnet-…", "Fully connected, 2 to 10004 layers; Balduzzi et al. 2017."
      ),
      ("vgg-16, vgg-19", "Simonyan and Zisserman 2014."),
      ("notes-resnet-18, -34", "A tutorial's code, as printed: they have 20 and 36 layers."),
    ] { print("  \(padded(names))\(text)") }
    print(
      "  \(padded("… with variants behind"))-A -B -C, -v1.5, -stem1, -bn, -no-bn, -tanh, -preact")
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

  private func status(
    _ plan: Experiment.Plan, _ store: RecordStore, _ underWay: UnderWay
  ) -> String {
    let runs = plan.runs()
    let names = Set(runs.map(\.runName))
    let finished = names.intersection(store.runNames()).count
    let others = [
      (underWay.running, "running"), (underWay.pending, "pending"),
      (underWay.interrupted, "interrupted"),
    ].map { (names.intersection($0).count, $1) }.filter { $0.0 > 0 }
    return
      (["records of \(finished) of \(runs.count) runs in \(options.output)"]
      + others.map { "\($0) \($1)" }).joined(separator: ", ")
  }

  private func padded(_ text: String) -> String {
    text + String(repeating: " ", count: max(1, 32 - text.count))
  }
}

/// The names of runs that are not finished, and begun or in the queue of a cluster; each is one of these.
private struct UnderWay {
  let running: Set<String>
  let pending: Set<String>
  let interrupted: Set<String>

  init(_ store: RecordStore, _ queue: SweepStatus) {
    let growing = Set(store.folders().filter(\.isGrowing).map(\.name))
    let queued = Dictionary(grouping: queue.tasks.keys) { queue.tasks[$0]?.state }
    running = Set(queued[.running] ?? []).union(growing.filter(store.isGrowing))
    pending = Set(queued[.pending] ?? []).subtracting(running)
    interrupted = Set(store.interruptedNames()).subtracting(running).subtracting(pending)
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
