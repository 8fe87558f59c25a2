import Architectures
import Experiments
import Records
import Tensors
import Training

/// How long runs would take, by steps of the smallest network of each kind that are measured here and now.
struct Costs {
  /// Of each run what is not done yet; nil where none of its kind fits into memory here.
  let seconds: [Double?]
  /// Of each run, in bytes.
  let memory: [Int]
  let threads: Int

  /// `available` is the memory that is free, in bytes; nil where that is not known.
  init(
    _ runs: [RunConfiguration], store: RecordStore, engine: Engine, available: Int?
  ) throws {
    var rates: [Kind: Rate] = [:]
    let architectures = runs.map { Architecture($0) }
    for (run, architecture) in zip(runs, architectures) {
      // Deeper networks of a width are as fast, operation by operation: the smallest one will do.
      let kind = Kind(run)
      if let known = rates[kind], known.architecture.multiplyAdds <= architecture.multiplyAdds {
        continue
      }
      rates[kind] = Rate(architecture: architecture, batchSize: run.shardSize)
    }
    // What does not fit is not built, and its time stays open.
    for (kind, rate) in rates where rate.architecture.fits(batchSize: rate.batchSize, available) {
      try rates[kind]?.measure(on: engine)
    }
    seconds = zip(runs, architectures).map { run, architecture in
      guard let rate = rates[Kind(run)]?.operationsPerSecond, rate > 0 else { return nil }
      let steps = run.schedule.iterations
      let done = store.isFinishedHere(run) ? steps : store.interruptedStep(run) ?? 0
      let share = 1 - Double(done) / Double(steps)
      return OperationCount(architecture).operations(of: run) * share / rate
    }
    memory = zip(runs, architectures).map { run, architecture in
      MemoryEstimate(architecture).bytes(batchSize: run.shardSize)
    }
    threads = engine.threads
  }
}

/// Networks whose operations take equally long.
private struct Kind: Hashable {
  let family: NetworkConfiguration.Family
  let width: Int
  let side: Int
  let batchSize: Int
  let isDeep: Bool

  init(_ run: RunConfiguration) {
    family = run.network.family
    width = run.network.width
    side = run.dataset.side
    batchSize = run.shardSize
    isDeep = run.network.family == .imageNet && run.network.depth >= 50
  }
}

/// How fast a network is trained.
private struct Rate {
  let architecture: Architecture
  /// That of the run, or fewer where a step would take long.
  let batchSize: Int
  /// Of training steps.
  private(set) var operationsPerSecond = 0.0

  init(architecture: Architecture, batchSize: Int) {
    self.architecture = architecture
    let affordable = 10_000_000_000 / max(architecture.multiplyAdds, 1)
    self.batchSize = max(1, min(batchSize, affordable))
  }

  mutating func measure(on engine: Engine) throws {
    let result = try Benchmark(architecture, batchSize: batchSize, steps: 3, recording: .none)
      .measure(on: engine)
    operationsPerSecond = result.operations / result.medianStepSeconds
  }
}

extension Architecture {
  /// Whether a training fits into so many bytes.
  fileprivate func fits(batchSize: Int, _ available: Int?) -> Bool {
    available.map { MemoryEstimate(self).bytes(batchSize: batchSize) <= $0 } ?? true
  }
}
