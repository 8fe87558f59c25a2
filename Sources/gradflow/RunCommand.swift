import Architectures
import ArgumentParser
import Experiments
import Records
import Tensors

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
    help: ArgumentHelp(
      "Only the runs of this network, such as plain-20, or the one run of this name.",
      valueName: "network"))
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

  @Flag(name: .customLong("no-draw"), help: "Train, and draw nothing.")
  var noDraw = false

  @Flag(name: .customLong("no-train"), help: "Train nothing, and draw what has finished.")
  var noTrain = false

  @Option(
    help: ArgumentHelp(
      "Save the state of a run every so many seconds, so that it can be continued from there.",
      valueName: "seconds"))
  var checkpoint = RunCommand.usualCheckpoint

  static let usualCheckpoint = 60.0

  @OptionGroup var options: OutputOptions

  @OptionGroup var slurm: SlurmOptions

  func validate() throws {
    if let seeds, !(1...100).contains(seeds) {
      throw ValidationError("--seeds \(seeds): choose 1 to 100.")
    }
    guard (0...86_400).contains(checkpoint) else {
      throw ValidationError("--checkpoint \(checkpoint): choose 0 to 86400 seconds.")
    }
    if noTrain, noDraw || dryRun || fresh || slurm.isWanted {
      throw ValidationError("--no-train draws what there is, and does nothing else.")
    }
    if slurm.isWanted, threads != nil {
      throw ValidationError("With --slurm it is --cpus that says how many processors compute.")
    }
  }

  func run() throws {
    let experiment = try findExperiment(experiment, settings: settings)
    let plan = try experiment.plan(budget).on(data)
    let chosen = try chosenRuns(plan.runs(seeds: seeds))
    for run in chosen {
      if let problem = run.problem { throw Complaint("\(run.network.name): \(problem).") }
    }
    let store = RecordStore(output: options.output)
    if slurm.isWanted { return try submit(chosen, of: experiment, plan) }
    if noTrain { return try drawFinished(chosen, of: experiment, plan) }
    let engine = try Engine(threads: threads ?? Allowance().processors)
    if dryRun {
      let available = Allowance().memory
      let costs = try Costs(chosen, store: store, engine: engine, available: available)
      let states = store.states(of: chosen, measuring: plan.measurement, in: store.queue())
      print(DryRun(chosen, costs, states: states.map(\.words), available: available).text)
      print("Nothing was trained.")
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
    if !noDraw { try draw(experiment, plan) }
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
}
