import Architectures
import ArgumentParser
import Collective
import Experiments
import Records
import Tensors

struct RunCommand: ParsableCommand, RankedCommand {
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

  @Option(help: "How many processors compute. (default: all; of several ranks each its share)")
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
    let trained = try onAllRanks { collective -> (job: RunJob, records: [RunRecord])? in
      let job = try job(on: collective)
      guard !slurm.isWanted, !noTrain, !dryRun else {
        if collective.isFirst { try carryOutWithoutTraining(job) }
        return nil
      }
      try collective.together {
        guard fresh, collective.isFirst else { return }
        for run in job.runs { try RunWriter.setAside(run, in: options.output) }
      }
      let records = try job.train(on: collective)
      return collective.isFirst ? (job, records) : nil
    }
    if let (job, records) = trained { try show(records, of: job) }
  }

  /// What is to be done, which can be done.
  private func job(on collective: any Collective) throws -> RunJob {
    let neighbours = Neighbours(on: collective)
    return try collective.together {
      let experiment = try findExperiment(experiment, settings: settings)
      let plan = try experiment.plan(budget).on(data)
      let chosen = try chosenRuns(plan.runs(seeds: seeds))
      let job = RunJob(
        experiment: experiment, plan: plan, runs: chosen,
        engine: try Engine(threads: threads ?? neighbours.processors), folder: data?.folder,
        output: options.output, checkpoint: checkpoint)
      try job.check(ranks: collective.ranks)
      return job
    }
  }

  /// Submits, draws or shows, as is asked for.
  private func carryOutWithoutTraining(_ job: RunJob) throws {
    if slurm.isWanted { return try submit(job.runs, of: job.experiment, job.plan) }
    if noTrain { return try drawFinished(job.runs, of: job.experiment, job.plan) }
    let (store, available) = (job.store, Allowance().memory)
    let costs = try Costs(job.runs, store: store, engine: job.engine, available: available)
    let states = store.states(of: job.runs, measuring: job.plan.measurement, in: store.queue())
    print(DryRun(job.runs, costs, states: states.map(\.words), available: available).text)
    print("Nothing was trained.")
  }

  /// Prints what came out, and draws it.
  private func show(_ records: [RunRecord], of job: RunJob) throws {
    if let measurement = job.plan.measurement { try measure(measurement, of: job) }
    print(
      OutcomeTable(
        job.runs.compactMap { run in
          records.first { $0.run.configuration == run }
        }
      ).text)
    if !noDraw { try draw(job.experiment, job.plan) }
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
