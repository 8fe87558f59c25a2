import ArgumentParser
import Datasets
import Experiments
import Records
import Tensors
import Training

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Trains the networks of an experiment and draws what happened.")

  @Argument(help: "The experiment, as in `gradflow list`.")
  var experiment: String

  @Option(help: "Repeat every run with so many different seeds.")
  var seeds = 1

  @Option(
    help: ArgumentHelp(
      "The folder with the files of the data set, or `synthetic` for drawn patterns.",
      valueName: "dir"))
  var data: ImageSource?

  @Option(help: "How many processors compute. (default: all)")
  var threads: Int?

  @OptionGroup var options: OutputOptions

  func validate() throws {
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds \(seeds): choose 1 to 100.")
    }
  }

  func run() throws {
    let experiment = try findExperiment(experiment)
    let dataset = experiment.dataset(from: data)
    let engine = try Engine(threads: threads ?? processorCount())
    let images = try PreparedDataset.load(dataset, from: data?.folder)
    let context = RunContext(
      version: Gradflow.version, oneDNN: Engine.libraryVersion, threads: engine.threads,
      datasetSHA256: images.sha256, evaluationSet: images.evaluationSet)
    let runs = experiment.runs(seeds: seeds, on: dataset)
    sayWhatWasFinishedWhenInterrupted()

    let total = runs.map(\.work).reduce(0, +)
    var before = 0.0
    var reporter = ProgressReporter()
    var records: [RunRecord] = []
    for (index, run) in runs.enumerated() {
      let plan = ProgressReporter.Plan(
        name: run.network.name + (seeds > 1 ? " seed \(run.seed)" : ""),
        position: "[\(index + 1)/\(runs.count)]", before: before, own: run.work, total: total)
      let record = try carryOut(
        run, on: images, engine: engine, context: context, output: options.output
      ) { reporter.show($0, of: plan) }
      records.append(record)
      before += run.work
    }

    print(OutcomeTable(records).text)
    let drawing = FigureDrawing(output: options.output)
    let paths = try drawing.draw(
      drawing.figures(of: experiment), from: drawing.records(of: experiment, on: dataset))
    print("\nCharts:")
    for path in paths where path.hasSuffix(".png") { print("  \(path)") }
  }

  /// Ctrl-C ends the program at once; what has finished is safe.
  private func sayWhatWasFinishedWhenInterrupted() {
    signal(SIGINT) { _ in
      let message: StaticString =
        "\nInterrupted. Finished runs are kept; the one under way will start again.\n"
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(130)
    }
  }
}

extension RunConfiguration {
  /// How much work the run is, up to a factor: multiply-adds grow with depth, the square of the
  /// width, and pixels.
  fileprivate var work: Double {
    let side = Double(dataset.imageSize ?? 32)
    let network = Double(network.depth * network.width * network.width) * side * side
    return network * Double(schedule.iterations * batchSize)
  }
}
