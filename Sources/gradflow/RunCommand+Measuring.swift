import ArgumentParser
import Datasets
import Experiments
import Records
import Training

extension RunCommand {
  /// Measures what was not measured yet.
  func measure(_ measurement: Measurement, of job: RunJob) throws {
    let store = job.store
    InterruptSignals.isTraining = true
    defer { InterruptSignals.isTraining = false }
    for run in job.runs where !store.has(measurement, of: run) {
      let name = job.name(of: run)
      guard Laboratory.applies(measurement, to: run) else {
        say("\(name) has nothing to measure: it is left out.\n")
        continue
      }
      let images = try PreparedDataset.load(run.dataset, from: job.folder)
      let reporter = MeasuringReporter(name)
      let laboratory = Laboratory(run, on: images, engine: job.engine, store: store) { done, all in
        reporter.show(done, of: all)
        if InterruptSignals.received != 0 {
          say("\nInterrupted while \(name) was measured. The same command measures it again.\n")
          throw ExitCode(128 + InterruptSignals.received)
        }
      }
      try laboratory.measure(measurement)
    }
  }
}
