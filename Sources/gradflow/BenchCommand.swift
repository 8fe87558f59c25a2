import Architectures
import ArgumentParser
import Collective
import Experiments
import Tensors
import Training
import Wording

struct BenchCommand: ParsableCommand, RankedCommand {
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

  @Option(
    help: ArgumentHelp(
      "Cut mini-batches into so many parts, which ranks of mpirun share. (default: none)",
      valueName: "count"))
  var shards: Int?

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
    if let shards, !(1...1024).contains(shards) || shards.nonzeroBitCount != 1 {
      throw ValidationError("--shards \(shards): choose a power of two from 1 to 1024.")
    }
    guard (1...1000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): choose 1 to 1000.")
    }
    guard against.isEmpty || !json else {
      throw ValidationError("--json and --against: choose one of them.")
    }
  }

  func run() throws {
    let text = try onAllRanks { collective in
      let neighbours = Neighbours(on: collective)
      let (benchmark, engine) = try collective.together {
        try prepared(neighbours, ranks: collective.ranks)
      }
      let line = StatusLine()
      if !against.isEmpty { return try contest(benchmark, on: engine, line) }
      let result = try benchmark.measure(on: engine, collective) { done, of in
        line.show("\(benchmark.architecture.name): step \(done) of \(of)")
      }
      line.clear()
      let report = BenchReport(
        benchmark, result, threads: engine.threads,
        ranks: collective.ranks == 1 ? nil : RankReport(result, on: collective))
      return try json ? encoded(report) : report.text(benchmark.architecture, steps: steps)
    }
    if Launch.current.rank == 0 { print(text) }
  }

  /// Programs in turns: a table.
  private func contest(
    _ benchmark: Benchmark, on engine: Engine, _ line: StatusLine
  ) throws -> String {
    let (name, batch) = (benchmark.architecture.name, benchmark.batchSize)
    let side = benchmark.architecture.input.dimensions[2]
    let peers = against.map { command in
      Peer(
        command: "\(command) --network \(name) --batch \(batch) --size \(side) "
          + "--threads \(engine.threads)")
    }
    return try Contest(name: name, batch: batch, rounds: rounds).table(
      ours: { try benchmark.measure(on: engine).medianStepSeconds }, peers: peers, line: line)
  }

  /// What is measured, and on what.
  private func prepared(
    _ neighbours: Neighbours, ranks: Int
  ) throws -> (Benchmark, Engine) {
    let configuration = try network.configuration(width: width)
    let side = try imageSide(size, for: configuration)
    let batch = batch ?? (side >= 100 ? 16 : 128)
    let architecture = Architecture(configuration, height: side)
    guard against.isEmpty || ranks == 1 else {
      throw Complaint("--against: programs take turns on one rank; start it without mpirun.")
    }
    try requireShards(shards, of: configuration.name, option: "--shards", ranks: ranks)
    guard batch % (shards ?? 1) == 0 else {
      throw Complaint("--shards \(shards ?? 1): \(batch) images cannot be cut into equal parts.")
    }
    try requireMemory(
      for: MemoryEstimate(architecture), batchSize: batch / (shards ?? 1),
      name: configuration.name, ranks: neighbours.onMachine)
    return (
      Benchmark(
        architecture, batchSize: batch, steps: steps, recording: record, shards: shards),
      try Engine(threads: threads ?? neighbours.processors)
    )
  }
}

extension Benchmark.Recording: ExpressibleByArgument {}
