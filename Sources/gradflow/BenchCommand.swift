import Architectures
import ArgumentParser
import Experiments
import Tensors
import Training
import Wording

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times training steps, on random images.",
    discussion: """
      A step is: forward, cross entropy, backward, recording, gradient descent with momentum. Three \
      steps are done before the clock starts.
      """)

  @Option(help: "The network, as in `gradflow describe`.")
  var network = NetworkName("resnet-20")

  @Option(help: "Images in a mini-batch. (default: 128; 16 where images have 224×224 pixels)")
  var batch: Int?

  @Option(help: "The side of the images in pixels. (default: the network's own)")
  var size: Int?

  @Option(help: "Filters of the first stage. (default: the network's own)")
  var width: Int?

  @Option(help: "Steps to time.")
  var steps = 10

  @Option(help: "What is recorded at each step: none, weights or full.")
  var record = Benchmark.Recording.full

  @Option(help: "How many processors compute. (default: all)")
  var threads: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Time another program, too, in turns: a command that takes --network, --batch, --size and --threads "
        + "and prints JSON with medianStepSeconds; may be repeated. Prints a row of a table with the ratio to "
        + "the fastest.",
      valueName: "command"))
  var against: [String] = []

  @Option(help: "With --against: how many turns; medians of them count.")
  var rounds = 3

  func validate() throws {
    guard (1...100_000).contains(steps) else {
      throw ValidationError("--steps \(steps): choose 1 to 100000.")
    }
    if let batch, !(1...65_536).contains(batch) {
      throw ValidationError("--batch \(batch): choose 1 to 65536.")
    }
    guard (1...1000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): choose 1 to 1000.")
    }
    guard against.isEmpty || !json else {
      throw ValidationError("--json and --against: choose one of them.")
    }
  }

  func run() throws {
    let configuration = try network.configuration(width: width)
    let side = try imageSide(size, for: configuration)
    let batch = batch ?? (side >= 100 ? 16 : 128)
    let architecture = Architecture(configuration, height: side)
    try requireMemory(
      for: MemoryEstimate(architecture), batchSize: batch, name: configuration.name)
    let engine = try Engine(threads: threads ?? Allowance().processors)
    let benchmark = Benchmark(
      architecture, batchSize: batch, steps: steps, recording: record)
    let line = StatusLine()
    if !against.isEmpty {
      let peers = against.map { command in
        Peer(
          command: "\(command) --network \(configuration.name) --batch \(batch) --size \(side) "
            + "--threads \(engine.threads)")
      }
      print(
        try Contest(name: configuration.name, batch: batch, rounds: rounds).table(
          ours: { try benchmark.measure(on: engine).medianStepSeconds }, peers: peers, line: line))
      return
    }
    let result = try benchmark.measure(on: engine) { done, of in
      line.show("\(configuration.name): step \(done) of \(of)")
    }
    line.clear()
    let report = BenchReport(
      network: configuration.name, batch: batch, size: side, threads: engine.threads,
      record: record.rawValue, medianStepSeconds: result.medianStepSeconds,
      minimumStepSeconds: result.minimumStepSeconds,
      imagesPerSecond: Double(batch) / result.medianStepSeconds,
      peakMemoryBytes: result.peakMemoryBytes, recordedNorms: result.recordedNorms,
      operationsPerStep: result.operations, convolutionOperationsPerSecond: result.convolutionRate,
      shareOfConvolutionLimit: result.shareOfLimit)
    print(json ? try encoded(report) : report.text(architecture, steps: steps))
  }
}

extension Benchmark.Recording: ExpressibleByArgument {}

/// What a benchmark found, as it is printed.
struct BenchReport: Encodable {
  let network: String
  let batch: Int
  let size: Int
  let threads: Int
  let record: String
  let medianStepSeconds: Double
  let minimumStepSeconds: Double
  let imagesPerSecond: Double
  let peakMemoryBytes: Int
  let recordedNorms: Int
  let operationsPerStep: Double
  let convolutionOperationsPerSecond: Double
  let shareOfConvolutionLimit: Double

  func text(_ architecture: Architecture, steps: Int) -> String {
    func milliseconds(_ seconds: Double) -> String { "\(fixed(1000 * seconds, places: 1)) ms" }
    func giga(_ value: Double) -> String { fixed(value / 1e9, places: 1) }
    let rate = operationsPerStep / medianStepSeconds
    let norms = recordedNorms == 0 ? "nothing" : "\(recordedNorms) gradient norms a step"
    return """
      \(network), batches of \(batch)×\(architecture.input), \(threads) \
      thread\(threads == 1 ? "" : "s")
        step       \(milliseconds(medianStepSeconds)), the median of \(steps); the fastest \
      \(milliseconds(minimumStepSeconds))
        speed      \(fixed(imagesPerSecond, places: 1)) images/s
        recorded   \(norms)
        memory     \(peakMemoryBytes >> 20) MiB at most
        limit      \(giga(operationsPerStep)) GFLOP a step in \(giga(rate)) GFLOP/s: \
      \(fixed(100 * shareOfConvolutionLimit, places: 0)) % of the \
      \(giga(convolutionOperationsPerSecond)) GFLOP/s
                   that a large direct convolution reaches here
      """
  }
}
