import Architectures
package import Datasets
package import Experiments
import Networks
import Randomness
package import Records
package import Tensors

/// Measures trained networks: of each run its final weights are read, and what was found is put beside its
/// records. Nothing is trained.
package struct Laboratory {
  let run: RunConfiguration
  let dataset: PreparedDataset
  let engine: Engine
  private let store: RecordStore
  /// Told how many of so many passes are done.
  let report: (_ done: Int, _ all: Int) throws -> Void

  package init(
    _ run: RunConfiguration, on dataset: PreparedDataset, engine: Engine, store: RecordStore,
    report: @escaping (_ done: Int, _ all: Int) throws -> Void = { _, _ in }
  ) {
    self.run = run
    self.dataset = dataset
    self.engine = engine
    self.store = store
    self.report = report
  }

  /// Whether there is something to measure: blocks to take out, or two roads through each of them.
  package static func applies(_ measurement: Measurement, to run: RunConfiguration) -> Bool {
    switch measurement {
    case .lesions: return !Architecture(run).blocks.isEmpty
    case .paths:
      let blocks = Architecture(run).blocks
      return !blocks.isEmpty && blocks.allSatisfy { $0.shortcut != .none && $0.gate == nil }
    case .agreement, .surface: return true
    }
  }

  package func measure(_ measurement: Measurement) throws {
    switch measurement {
    case .lesions(let draws): try store.write(try lesions(draws: draws), of: run)
    case .paths(let draws): try store.write(try paths(draws: draws), of: run)
    case .agreement(let networks, let walks):
      if run.dataset.name == .line {
        let found = try line(networks: networks)
        try store.write(found.gradients, of: run)
        try store.write(found.agreement, of: run)
      } else {
        try store.write(try agreement(walks: walks), of: run)
      }
    case .surface(let side, let images):
      try store.write(try surface(side: side, images: images), of: run)
    }
  }

  var architecture: Architecture {
    Architecture(
      run.network, channels: dataset.channels, height: dataset.height, width: dataset.width,
      classes: dataset.classes)
  }

  /// With its final weights.
  func network(_ architecture: Architecture) throws -> Network {
    let network = Network(architecture, on: engine)
    try network.load(try SafetensorsFile(store.weights(of: run)), isPart: true)
    return network
  }

  func tensor(_ batch: Batch) -> Tensor {
    let shape = Shape(batch.labels.count, dataset.channels, dataset.height, dataset.width)
    return Tensor(batch.images, shape: shape, on: engine)
  }

  // MARK: - Lesions

  /// The most blocks that are taken out at once.
  static let mostBlocks = 20

  func lesions(draws: Int) throws -> [LesionRow] {
    let whole = architecture
    let count = whole.blocks.count
    let steps = run.schedule.iterations
    var wanted: [(row: LesionRow, architecture: Architecture)] = []
    func add(_ kind: LesionRow.Kind, draw: Int = 0, _ blocks: [Int], _ cut: Architecture) {
      wanted.append(
        (LesionRow(step: steps, kind: kind, draw: draw, blocks: blocks, error: .nan), cut))
    }
    add(.none, [], whole)
    for block in 1...max(count, 1) { add(.deleted, [block], whole.without([block])) }
    for block in whole.exchangeable { add(.exchanged, [block], whole.exchanging(block)) }
    for number in 2...max(min(Self.mostBlocks, count), 2) where number <= count {
      for draw in 0..<draws {
        let blocks = chosen(number, of: count, draw: draw, for: "lesions")
        add(.random, draw: draw, blocks, whole.without(Set(blocks)))
      }
    }
    return try wanted.enumerated().map { index, entry in
      var row = entry.row
      row.error = try error(of: entry.architecture)
      try report(index + 1, wanted.count)
      return row
    }
  }

  /// On the evaluated images, in percent, with the statistics that training gathered.
  private func error(of architecture: Architecture) throws -> Double {
    let network = try network(architecture)
    var (errors, count) = (0, 0)
    for batch in dataset.evaluationBatches(size: run.batchSize) {
      let flow = network(tensor(batch), in: Pass(.evaluation))
      errors += CrossEntropy(flow.output, labels: batch.labels).errors
      count += batch.labels.count
    }
    return 100 * Double(errors) / Double(count)
  }

  /// So many of the blocks 1…count, drawn from a stream of their own, in order.
  private func chosen(_ number: Int, of count: Int, draw: Int, for purpose: String) -> [Int] {
    var random = SeededGenerator(seed: run.seed, stream: "\(purpose)/\(number)/\(draw)")
    return random.permutation(count).prefix(number).map { Int($0) + 1 }.sorted()
  }

  // MARK: - Paths

  /// Through none of the branches and through all of them there is one path each.
  func paths(draws: Int) throws -> [PathRow] {
    let network = try network(architecture)
    let count = architecture.blocks.count
    let batch = try BatchSource(dataset, batchSize: run.batchSize, seed: run.seed).batch(0)
    let images = tensor(batch)
    let all = 2 + max(count - 1, 0) * draws
    var rows: [PathRow] = []
    for number in 0...count {
      for draw in 0..<(number == 0 || number == count ? 1 : draws) {
        let branches = Set(chosen(number, of: count, draw: draw, for: "paths"))
        let flow = network.flowToImages(images, in: Pass(.training, branches: branches))
        let loss = CrossEntropy(flow.output, labels: batch.labels)
        rows.append(
          PathRow(
            step: run.schedule.iterations, branches: number, draw: draw,
            gradient: flow.pullback(loss.gradient).summary().l2))
        try report(rows.count, all)
      }
    }
    return rows
  }
}
