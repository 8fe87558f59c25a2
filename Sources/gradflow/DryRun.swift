import Architectures
import Experiments
import Wording

/// What runs would take: networks, memory, and time.
struct DryRun {
  private let rows: [Row]
  private let threads: Int

  private struct Row {
    let run: RunConfiguration
    let label: String
    let architecture: Architecture
    let bytes: Int
    /// Nil where the run does not fit into memory.
    let seconds: Double?
    let complaint: String?
    let state: String
  }

  /// `states` are words on how far each run is; `available` is the memory that a run may have, in bytes, nil
  /// where that is not known.
  init(_ runs: [RunConfiguration], _ costs: Costs, states: [String], available: Int?) {
    let labels = runs.namesWithSeeds
    rows = runs.indices.map { index in
      let run = runs[index]
      let architecture = Architecture(run)
      let fits = available.map { costs.memory[index] <= $0 } ?? true
      return Row(
        run: run, label: labels[index], architecture: architecture, bytes: costs.memory[index],
        seconds: fits ? costs.seconds[index] : nil,
        complaint: memoryComplaint(
          MemoryEstimate(architecture), batchSize: run.shardSize, name: run.network.name,
          available: available),
        state: states[index])
    }
    threads = costs.threads
  }

  /// A table, and the sum.
  var text: String {
    let header = ["", "parameters", "multiply-adds", "steps", "batch", "memory", "time", ""]
    let table = aligned(
      [header]
        + rows.map { row in
          [
            row.label,
            grouped(row.architecture.parameterCount),
            "\(fixed(Double(row.architecture.multiplyAdds) / 1e6, places: 1)) M",
            grouped(row.run.schedule.iterations), "\(row.run.batchSize)",
            gigabytes(row.bytes),
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
      processor\(threads == 1 ? "" : "s"), as fast as a few steps were just now.\(complaints)
      """
  }
}
