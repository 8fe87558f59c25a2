import Architectures
import Experiments
import Records
import Tensors
import Training
import Wording

/// What runs would take: networks, memory, and time by steps that are measured here and now.
struct DryRun {
  private let rows: [Row]
  private let threads: Int

  private struct Row {
    let run: RunConfiguration
    let label: String
    let architecture: Architecture
    /// Nil where the run does not fit into memory.
    let seconds: Double?
    let complaint: String?
    let state: String
  }

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
    let labels = runs.namesWithSeeds
    rows = runs.indices.map { index in
      let (run, architecture) = (runs[index], architectures[index])
      let rate = rates[Kind(run)]?.operationsPerSecond ?? 0
      let isFinished = store.isFinishedHere(run)
      let done = isFinished ? run.schedule.iterations : store.interruptedStep(run) ?? 0
      let share = 1 - Double(done) / Double(run.schedule.iterations)
      return Row(
        run: run, label: labels[index], architecture: architecture,
        seconds: rate > 0 && architecture.fits(batchSize: run.shardSize, available)
          ? OperationCount(architecture).operations(of: run) * share / rate : nil,
        complaint: memoryComplaint(
          MemoryEstimate(architecture), batchSize: run.shardSize, name: run.network.name,
          available: available),
        state: isFinished ? "finished" : done > 0 ? "continues after step \(done)" : "")
    }
    threads = engine.threads
  }

  /// A table, and the sum.
  var text: String {
    let header = ["", "parameters", "multiply-adds", "steps", "batch", "memory", "time", ""]
    let table = aligned(
      [header]
        + rows.map { row in
          let bytes = MemoryEstimate(row.architecture).bytes(batchSize: row.run.shardSize)
          return [
            row.label,
            grouped(row.architecture.parameterCount),
            "\(fixed(Double(row.architecture.multiplyAdds) / 1e6, places: 1)) M",
            grouped(row.run.schedule.iterations), "\(row.run.batchSize)",
            gigabytes(bytes),
            row.seconds.map { clockTime(.seconds(min($0, 1e12))) } ?? "–", row.state,
          ]
        }, left: [0, 7])
    let images = Set(
      rows.map {
        "\($0.run.dataset.name.rawValue) at \($0.run.dataset.side)×\($0.run.dataset.side)"
      }
    ).sorted().joined(separator: ", ")
    let total = clockTime(.seconds(rows.reduce(0) { $0 + ($1.seconds ?? 0) }))
    let complaints = Set(rows.compactMap(\.complaint)).sorted().map { "\n\($0)" }.joined()
    return """
      \(table)
      Images: \(images). \(complaints.isEmpty ? "Together" : "What fits takes") about \(total) on \(threads) \
      processor\(threads == 1 ? "" : "s"), as fast as a few steps were just now. Nothing was trained.\(complaints)
      """
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
