import Architectures
import Collective
import Training
import Wording

/// What a benchmark found, as it is printed.
struct BenchReport: Encodable {
  let network: String
  let batch: Int
  let size: Int
  let threads: Int
  let shards: Int?
  let ranks: RankReport?
  let record: String
  let medianStepSeconds: Double
  let minimumStepSeconds: Double
  let imagesPerSecond: Double
  let peakMemoryBytes: Int
  let recordedNorms: Int
  let operationsPerStep: Double
  /// Of a large direct convolution, by one rank.
  let convolutionOperationsPerSecond: Double
  /// Of what all ranks together could reach in such a convolution.
  let shareOfConvolutionLimit: Double

  init(_ benchmark: Benchmark, _ result: Benchmark.Result, threads: Int, ranks: RankReport?) {
    network = benchmark.architecture.name
    batch = benchmark.batchSize
    size = benchmark.architecture.input.dimensions[2]
    self.threads = threads
    shards = benchmark.shards
    self.ranks = ranks
    record = benchmark.recording.rawValue
    medianStepSeconds = result.medianStepSeconds
    minimumStepSeconds = result.minimumStepSeconds
    imagesPerSecond = Double(benchmark.batchSize) / result.medianStepSeconds
    peakMemoryBytes = result.peakMemoryBytes
    recordedNorms = result.recordedNorms
    operationsPerStep = result.operations
    convolutionOperationsPerSecond = result.convolutionRate
    shareOfConvolutionLimit = result.shareOfLimit / Double(ranks?.count ?? 1)
  }

  func text(_ architecture: Architecture, steps: Int) -> String {
    func milliseconds(_ seconds: Double) -> String { "\(fixed(1000 * seconds, places: 1)) ms" }
    func giga(_ value: Double) -> String { fixed(value / 1e9, places: 1) }
    let rate = operationsPerStep / medianStepSeconds
    let norms = recordedNorms == 0 ? "nothing" : "\(recordedNorms) gradient norms a step"
    return """
      \(network), batches of \(batch)×\(architecture.input)\(sharing), \(threads) \
      thread\(threads == 1 ? "" : "s")\(ranks == nil ? "" : " each")
        step       \(milliseconds(medianStepSeconds)), the median of \(steps); the fastest \
      \(milliseconds(minimumStepSeconds))
        speed      \(fixed(imagesPerSecond, places: 1)) images/s
        recorded   \(norms)
        memory     \(peakMemoryBytes >> 20) MiB at most
        limit      \(giga(operationsPerStep)) GFLOP a step in \(giga(rate)) GFLOP/s: \
      \(fixed(100 * shareOfConvolutionLimit, places: 0)) % of the \
      \(giga(convolutionOperationsPerSecond)) GFLOP/s
                   that a large direct convolution reaches \(ranks == nil ? "here" : "on each")
      """ + (ranks?.text ?? "")
  }

  /// ` in 8 shards on 2 ranks`, whose threads follow.
  private var sharing: String {
    (shards.map { " in \($0) shard\($0 == 1 ? "" : "s")" } ?? "")
      + (ranks.map { " on \($0.count) ranks" } ?? "")
  }
}

/// What ranks told each other, as it is printed.
struct RankReport: Encodable {
  let count: Int
  /// That a rank sends in a step.
  let messages: Int
  let bytes: Int
  /// In a step, with waiting.
  let seconds: Double
  /// Of an exchange of almost nothing between two neighbours.
  let latencySeconds: Double
  let bytesPerSecond: Double

  init(_ result: Benchmark.Result, on collective: any Collective) {
    let cost = ExchangeCost.measure(on: collective)
    count = collective.ranks
    messages = result.traffic?.messages ?? 0
    bytes = result.traffic?.sentBytes ?? 0
    seconds = result.traffic?.seconds ?? 0
    latencySeconds = cost.latency
    bytesPerSecond = cost.bytesPerSecond
  }

  var text: String {
    """

      exchange   \(fixed(Double(bytes) / 1e6, places: 2)) MB in \(messages) messages of each rank, \
    \(fixed(1000 * seconds, places: 2)) ms a step with waiting
                 between neighbours \(fixed(1e6 * latencySeconds, places: 1)) µs and \
    \(fixed(bytesPerSecond / 1e9, places: 2)) GB/s
    """
  }
}
