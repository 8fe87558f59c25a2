import Architectures
import ArgumentParser
import Datasets
import Experiments
import Records
import Tensors
import Training

extension RunCommand {
  /// Complains where a run cannot fit into memory, before it is tried.
  private func requireMemory(for run: RunConfiguration) throws {
    try gradflow.requireMemory(
      for: MemoryEstimate(Architecture(run)), batchSize: run.batchSize, name: run.network.name)
  }

  /// Measures what was not measured yet.
  func measure(
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

  /// Trains what is not finished, and returns the records of all.
  func train(
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
