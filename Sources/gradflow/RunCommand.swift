import Architectures
import ArgumentParser
import Datasets
import Experiments
import Figures
import Findings
import Records
import Tensors
import Training

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Trains the networks of an experiment and draws what happened.")

  @Argument(help: "The experiment, as in `gradflow list`, or a YAML file of your own.")
  var experiment: String

  @Option(
    help: ArgumentHelp(
      "How long it may take: seconds, minutes, hours, night or paper. (default: the smallest there is)",
      valueName: "budget"))
  var budget: Budget?

  @Option(help: "Run so many different seeds. (default: as many as the budget has)")
  var seeds: Int?

  @Option(
    help: ArgumentHelp(
      "The folder with the files of the data set, or `synthetic` for drawn patterns.",
      valueName: "dir"))
  var data: ImageSource?

  @Option(help: "How many processors compute. (default: all)")
  var threads: Int?

  @Option(
    help: ArgumentHelp("Only the runs of this network, such as plain-20.", valueName: "network"))
  var only: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp(
      "Change a setting of all runs, such as schedule.base=0.05; may be repeated.",
      valueName: "key=value"))
  var settings: [String] = []

  @Flag(help: "Show the runs, and the memory and time that they take, and train nothing.")
  var dryRun = false

  @Flag(help: "Start again what was finished or interrupted; older records are put aside.")
  var fresh = false

  @Option(
    help: ArgumentHelp(
      "Save the state of a run every so many seconds, so that it can be continued from there.",
      valueName: "seconds"))
  var checkpoint = 60.0

  @OptionGroup var options: OutputOptions

  func validate() throws {
    if let seeds, !(1...100).contains(seeds) {
      throw ValidationError("--seeds \(seeds): choose 1 to 100.")
    }
    guard (0...86_400).contains(checkpoint) else {
      throw ValidationError("--checkpoint \(checkpoint): choose 0 to 86400 seconds.")
    }
  }

  func run() throws {
    let experiment = try findExperiment(experiment, settings: settings)
    let plan = try experiment.plan(budget).on(data)
    let chosen = try chosenRuns(plan.runs(seeds: seeds))
    for run in chosen {
      if let problem = run.problem { throw Complaint("\(run.network.name): \(problem).") }
    }
    let engine = try Engine(threads: threads ?? Allowance().processors)
    let store = RecordStore(output: options.output)
    if dryRun {
      print(
        try DryRun(
          chosen, store: store, engine: engine, available: Allowance().memory
        ).text)
      return
    }
    if fresh {
      for run in chosen { try RunWriter.setAside(run, in: options.output) }
    }
    let unfinished = chosen.filter { !store.isFinishedHere($0) }
    let names = Dictionary(uniqueKeysWithValues: zip(chosen, chosen.namesWithSeeds))
    let records = try train(
      unfinished, engine: engine, finished: chosen.filter(store.isFinishedHere), names: names)
    if let measurement = plan.measurement {
      try measure(measurement, of: chosen, engine: engine, names: names)
    }

    print(
      OutcomeTable(
        chosen.compactMap { run in
          records.first { $0.run.configuration == run }
        }
      ).text)
    let drawing = FigureDrawing(output: options.output)
    guard let complete = try store.finishedRuns(of: experiment, plan) else { return }
    let drawn = try drawing.draw(drawing.figures(of: experiment), from: complete)
    print("\nCharts:")
    for path in drawn.flatMap(\.paths) where path.hasSuffix(".png") { print("  \(path)") }
    let pages = PageWriting()
    let page = pages.path(of: complete, in: options.output)
    try pages.write(complete, to: page)
    print("\nTo play with, in a browser:\n  \(page)")
  }

  /// Complains where a run cannot fit into memory, before it is tried.
  private func requireMemory(for run: RunConfiguration) throws {
    try gradflow.requireMemory(
      for: MemoryEstimate(Architecture(run)), batchSize: run.batchSize, name: run.network.name)
  }

  /// Measures what was not measured yet.
  private func measure(
    _ measurement: Measurement, of runs: [RunConfiguration], engine: Engine,
    names: [RunConfiguration: String]
  ) throws {
    let store = RecordStore(output: options.output)
    InterruptSignals.isTraining = true
    defer { InterruptSignals.isTraining = false }
    for run in runs where !store.has(measurement, of: run) {
      let name = names[run] ?? run.network.name
      guard Laboratory.applies(measurement, to: run) else {
        say("\(name) has nothing to measure: it is left out.\n")
        continue
      }
      let images = try PreparedDataset.load(run.dataset, from: data?.folder)
      let reporter = MeasuringReporter(name)
      let laboratory = Laboratory(run, on: images, engine: engine, store: store) { done, all in
        reporter.show(done, of: all)
        if InterruptSignals.received != 0 {
          say("\nInterrupted while \(name) was measured. The same command measures it again.\n")
          throw ExitCode(128 + InterruptSignals.received)
        }
      }
      try laboratory.measure(measurement)
    }
  }

  private func chosenRuns(_ runs: [RunConfiguration]) throws -> [RunConfiguration] {
    guard let only else { return runs }
    let chosen = runs.filter { [$0.network.name, $0.runName].contains(only) }
    guard chosen.isEmpty else { return chosen }
    var names: [String] = []
    for name in runs.map(\.network.name) where !names.contains(name) { names.append(name) }
    throw Complaint(
      "--only \(only): \(experiment) trains \(names.joined(separator: ", ")).")
  }

  /// Trains what is not finished, and returns the records of all.
  private func train(
    _ runs: [RunConfiguration], engine: Engine, finished: [RunConfiguration],
    names: [RunConfiguration: String]
  ) throws -> [RunRecord] {
    let store = RecordStore(output: options.output)
    var records = try finished.map { try store.load($0) }
    if !finished.isEmpty {
      let list = finished.compactMap { names[$0] }.joined(separator: ", ")
      say(
        "Finished before: \(list). --fresh trains \(finished.count == 1 ? "it" : "them") again.\n")
    }
    for run in runs { try requireMemory(for: run) }
    var loaded: (configuration: DatasetConfiguration, images: PreparedDataset)?
    var reporter = ProgressReporter(
      works: runs.map { OperationCount(Architecture($0)).operations(of: $0) })
    InterruptSignals.isTraining = true
    defer { InterruptSignals.isTraining = false }
    for (index, run) in runs.enumerated() {
      let name = names[run] ?? run.network.name
      let plan = ProgressReporter.Plan(
        name: name, position: "[\(index + 1)/\(runs.count)]", index: index)
      if loaded?.configuration != run.dataset {
        loaded = (run.dataset, try PreparedDataset.load(run.dataset, from: data?.folder))
      }
      guard let images = loaded?.images else { continue }
      let context = RunContext(
        version: Gradflow.version, oneDNN: Engine.libraryVersion, threads: engine.threads,
        datasetSHA256: images.sha256, evaluationSet: images.evaluationSet)
      let safekeeping = Safekeeping(
        interval: .seconds(checkpoint),
        continues: { saved in
          say("\(name) continues after step \(saved.step).\n")
          if let difference = saved.difference(from: context) {
            say("It began with \(difference): its records will differ in their last digits.\n")
          }
        },
        isInterrupted: { InterruptSignals.received != 0 })
      do {
        records.append(
          try carryOut(
            run, on: images, engine: engine, context: context, output: options.output,
            safekeeping: safekeeping
          ) { reporter.show($0, of: plan) })
      } catch let interruption as Interruption {
        say(
          "\nInterrupted after step \(interruption.step) of \(name). "
            + "The same command continues from there.\n")
        throw ExitCode(128 + InterruptSignals.received)
      }
    }
    return records
  }
}
