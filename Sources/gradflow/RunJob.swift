import Architectures
import ArgumentParser
import Collective
import Datasets
import Experiments
import Platform
import Records
import Tensors
import Training

/// Runs of an experiment, and what they are trained with.
struct RunJob {
  let experiment: Experiment
  let plan: Experiment.Plan
  let runs: [RunConfiguration]
  let engine: Engine
  /// Where the images are; nil for the usual places.
  let folder: String?
  let output: String
  /// Seconds from one saved state to the next.
  let checkpoint: Double

  var store: RecordStore { RecordStore(output: output) }

  /// The runs by the names that tell them apart.
  var names: [RunConfiguration: String] {
    Dictionary(uniqueKeysWithValues: zip(runs, runs.namesWithSeeds))
  }

  func name(of run: RunConfiguration) -> String { names[run] ?? run.network.name }

  /// Complains where a run cannot be, or cannot be shared by so many ranks.
  func check(ranks: Int) throws {
    for run in runs {
      if let problem = run.problem { throw Complaint("\(run.network.name): \(problem).") }
      try requireShards(
        run.shards, of: run.network.name, option: "--set shards", ranks: ranks)
    }
  }

  /// Complains where a run cannot fit into memory, before it is tried.
  private func requireMemory(for runs: [RunConfiguration], ranks: Int) throws {
    for run in runs {
      try gradflow.requireMemory(
        for: MemoryEstimate(Architecture(run)), batchSize: run.shardSize, name: run.network.name,
        ranks: ranks)
    }
  }

  /// Trains what is not finished, and returns the records of all; none on ranks other than 0.
  func train(on collective: any Collective) throws -> [RunRecord] {
    let store = store
    let isFinished = areFinished(runs, on: collective)
    let finished = zip(runs, isFinished).filter(\.1).map(\.0)
    let unfinished = zip(runs, isFinished).filter { !$0.1 }.map(\.0)
    var records = try collective.together {
      collective.isFirst ? try finished.map { try store.load($0) } : []
    }
    if !finished.isEmpty {
      let list = finished.map(name).joined(separator: ", ")
      say(
        "Finished before: \(list). --fresh trains \(finished.count == 1 ? "it" : "them") again.\n")
    }
    let neighbours = Neighbours(on: collective)
    try collective.together { try requireMemory(for: unfinished, ranks: neighbours.onMachine) }
    var loaded: (configuration: DatasetConfiguration, images: PreparedDataset)?
    var reporter = ProgressReporter(
      works: unfinished.map { OperationCount(Architecture($0)).operations(of: $0) })
    InterruptSignals.isTraining = true
    defer { InterruptSignals.isTraining = false }
    for (index, run) in unfinished.enumerated() {
      // Experiments share runs, and may be carried out beside each other.
      if index > 0, areFinished([run], on: collective)[0] {
        say("\(name(of: run)) was finished by another program meanwhile.\n")
        let record = try collective.together { collective.isFirst ? try store.load(run) : nil }
        if let record { records.append(record) }
        continue
      }
      let plan = ProgressReporter.Plan(
        name: name(of: run), position: "[\(index + 1)/\(unfinished.count)]", index: index)
      let images = try collective.together {
        if let loaded, loaded.configuration == run.dataset { return loaded.images }
        return try PreparedDataset.load(run.dataset, from: folder)
      }
      loaded = (run.dataset, images)
      let record = try train(run, on: images, collective) { reporter.show($0, of: plan) }
      if let record { records.append(record) }
    }
    return records
  }

  /// Which runs have records here; rank 0 looks, for all.
  private func areFinished(_ runs: [RunConfiguration], on collective: any Collective) -> [Bool] {
    var areFinished = collective.isFirst ? runs.map(store.isFinishedHere) : []
    collective.share(&areFinished)
    return areFinished
  }

  private func train(
    _ run: RunConfiguration, on images: PreparedDataset, _ collective: any Collective,
    report: (Progress) -> Void
  ) throws -> RunRecord? {
    let name = name(of: run)
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
      return try carryOut(
        run, on: images, engine: engine, context: context, output: output,
        collective: collective, safekeeping: safekeeping, report: report)
    } catch let interruption as Interruption {
      say(
        "\nInterrupted after step \(interruption.step) of \(name). "
          + "The same command continues from there.\n")
      // Another rank may have got the signal.
      let signal = InterruptSignals.received
      throw ExitCode(128 + (signal == 0 ? SIGTERM : signal))
    }
  }
}
