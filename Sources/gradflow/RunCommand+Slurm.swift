import Architectures
import Datasets
import Experiments
import Findings
import Foundation
import Records
import Slurm
import Tensors
import Wording

extension RunCommand {
  /// Processors of a task unless the user says otherwise: those that the times in the README and in
  /// `gradflow list` are of.
  private static let usualProcessors = 2
  /// Slurm's own limit unless a cluster has another, where a dry run has no cluster to ask.
  private static let usualArraySize = 1001

  /// What the runs of an experiment at a budget, with these settings, are called together.
  func sweepName(of experiment: Experiment, _ plan: Experiment.Plan) -> String {
    let isSynthetic = if case .synthetic = data { true } else { false }
    return fileName(
      "\(experiment.name)-\(plan.budget.rawValue)\(isSynthetic ? "-synthetic" : "")"
        + experiment.settingsSuffix)
  }

  /// Submits what is missing of some runs, a task each, and a job that draws after them; or shows what would
  /// be submitted.
  func submit(
    _ runs: [RunConfiguration], of experiment: Experiment, _ plan: Experiment.Plan
  ) throws {
    let (programs, store) = (SlurmPrograms(), RecordStore(output: options.output))
    let queue =
      dryRun ? store.queue() : try SweepStatus(output: options.output, ask: programs.askQueue)
    if fresh, !dryRun { try setAside(runs, unlessIn: queue) }
    let states = store.states(of: runs, measuring: plan.measurement, in: queue)
    let missing = runs.indices.filter { states[$0] != .finished && !states[$0].isUnderWay }
      .map { runs[$0] }
    let limit =
      dryRun
      ? (try? programs.maximumArraySize()) ?? Self.usualArraySize : try programs.maximumArraySize()
    let costs = try costs(dryRun ? runs : missing, store)
    let sweep = try sweep(
      of: experiment, plan,
      try resources(for: missing, costs, limit: programs.timeLimit(of: slurm.partition)))
    var list = try sweep.folder.runs()
    list.add(runs.map(\.runName))
    let submission = SlurmSubmission(
      sweep: sweep, list: list,
      arrays: TaskArray.arrays(of: list.lines(of: missing.map(\.runName)), limit: limit),
      earlier: Set(runs.compactMap { queue.tasks[$0.runName]?.job }).sorted(),
      queued: queue.jobs[sweep.name] ?? [], draws: !noDraw)
    if dryRun {
      if let costs {
        print(DryRun(runs, costs, states: states.map(\.words), available: nil).text)
      }
      print(submission.preview)
    } else {
      for dataset in Set(missing.map(\.dataset)) {
        _ = try PreparedDataset.load(dataset, from: data?.folder)
      }
      try submission.submit(by: programs, of: states)
    }
  }

  private func setAside(_ runs: [RunConfiguration], unlessIn queue: SweepStatus) throws {
    let tasks = runs.compactMap { queue.tasks[$0.runName]?.id }
    guard tasks.isEmpty else {
      throw Complaint(
        "--fresh: of these \(counted(tasks.count, "run")) \(tasks.count == 1 ? "is" : "are") in the queue; "
          + "end \(tasks.count == 1 ? "it" : "them") first with `scancel \(tasks.joined(separator: " "))`."
      )
    }
    for run in runs { try RunWriter.setAside(run, in: options.output) }
  }

  // MARK: - What a task takes

  private var processors: Int { slurm.cpus ?? Self.usualProcessors }

  /// Measured where they are shown, or where the time of a task is to be found out.
  private func costs(_ runs: [RunConfiguration], _ store: RecordStore) throws -> Costs? {
    guard dryRun || slurm.time == nil, !runs.isEmpty else { return nil }
    let engine = try Engine(threads: min(processors, Allowance().processors))
    return try Costs(runs, store: store, engine: engine, available: Allowance().memory)
  }

  private func resources(
    for runs: [RunConfiguration], _ costs: Costs?, limit: Int?
  ) throws -> Sweep.Resources {
    let estimates = runs.map { run in
      (run: run, bytes: MemoryEstimate(Architecture(run)).bytes(batchSize: run.shardSize))
    }
    if let memory = slurm.mem, let available = bytes(ofMemory: memory) {
      for (run, bytes) in estimates where bytes > available {
        throw Complaint(
          "--mem \(memory): \(run.network.name) with batches of \(run.batchSize) images needs about "
            + "\(gigabytes(bytes)) of memory.")
      }
    }
    let most = estimates.map(\.bytes).max() ?? 0
    return Sweep.Resources(
      partition: slurm.partition, account: slurm.account, processors: processors,
      memory: slurm.mem ?? "\(Self.taskGigabytes(most))G",
      time: slurm.time
        ?? costs.flatMap { longest($0) }.map { seconds in
          slurmTime(minutes: min(Self.taskMinutes(seconds), limit ?? .max))
        })
  }

  /// Of what is not done yet; nil where it could not be measured for all.
  private func longest(_ costs: Costs) -> Double? {
    let known = costs.seconds.compactMap(\.self)
    return known.count == costs.seconds.count ? known.max() : nil
  }

  /// The estimate of a training with a quarter more, and the images.
  static func taskGigabytes(_ bytes: Int) -> Int {
    Int((min(Double(bytes), 1e15) * 1.25 / Double(1 << 30)).rounded(.up)) + 2
  }

  /// One and a half times as long, since other machines may be slower, and ten minutes to begin and to
  /// measure in; a year at most.
  static func taskMinutes(_ seconds: Double) -> Int {
    min(Int((min(seconds, 1e9) * 1.5 / 60).rounded(.up)) + 10, 365 * 24 * 60)
  }

  // MARK: - What a task does

  private func sweep(
    of experiment: Experiment, _ plan: Experiment.Plan, _ resources: Sweep.Resources
  ) throws -> Sweep {
    let workingFolder = FileManager.default.currentDirectoryPath
    for path in [workingFolder, options.output] where path.contains(where: \.isNewline) {
      throw Complaint("A folder whose name has several lines cannot be told to Slurm.")
    }
    return Sweep(
      name: sweepName(of: experiment, plan), output: options.output, workingFolder: workingFolder,
      program: Bundle.main.executableURL?.path ?? CommandLine.arguments[0],
      arguments: arguments(at: plan.budget), resources: resources, options: slurm.sbatchOptions)
  }

  /// What stands behind `gradflow run` to ask for the same runs.
  private func arguments(at budget: Budget) -> [String] {
    var words = [experiment, "--budget", budget.rawValue]
    if let seeds { words += ["--seeds", "\(seeds)"] }
    switch data {
    case .synthetic: words += ["--data", "synthetic"]
    case .folder(let path): words += ["--data", path]
    case nil: break
    }
    for setting in settings { words += ["--set", setting] }
    if checkpoint != Self.usualCheckpoint { words += ["--checkpoint", "\(checkpoint)"] }
    if options.output != OutputOptions.usual { words += ["--output", options.output] }
    return words
  }
}
