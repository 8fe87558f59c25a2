import Architectures
import ArgumentParser
import Charts
import Experiments
import Figures
import Networks
import Randomness
import Records
import Tensors
import Training
import Wording

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Sends one mini-batch through a network and its gradient back, layer by layer.",
    discussion: """
      Weights and batches are safetensors files. Weights have the names and layouts of PyTorch's \
      state dict; a batch holds `images` (F32, N×C×H×W, normalized) and `labels` (I64, N). Without \
      weights the network is as initialized, and without a batch it sees random images. Nothing is \
      learnt.
      """)

  @Option(help: "The network, as in `gradflow describe`.")
  var network: NetworkName

  @Option(help: ArgumentHelp("Its weights.", valueName: "file"))
  var weights: String?

  @Option(help: ArgumentHelp("The images and labels.", valueName: "file"))
  var batch: String?

  @Option(
    help: ArgumentHelp("Where to write the gradient of every parameter.", valueName: "file"))
  var gradients: String?

  @Option(help: "Draws the initial weights and the random images.")
  var seed: UInt64 = 0

  @Option(help: "Filters of the first stage. (default: the network's own)")
  var width: Int?

  @Option(help: "How many processors compute. (default: all)")
  var threads: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Draw the profile, as figures/probe-NETWORK.")
  var draw = false

  @OptionGroup var options: OutputOptions

  func run() throws {
    let configuration = try network.configuration(width: width)
    // Probes are compared with other programs': the least rounding.
    let engine = try Engine(threads: threads ?? Allowance().processors, convolutions: .direct)
    let batch =
      try batch.map { try ProbeBatch(file: $0) }
      ?? ProbeBatch(
        random: configuration, channels: try channels(of: configuration), seed: seed)
    let extent = batch.shape
    guard min(extent[2], extent[3]) >= Architecture.minimumSide(of: configuration) else {
      throw Complaint(
        "\(batch.origin) has images of \(extent[2])×\(extent[3]) pixels; \(configuration.name) "
          + "needs \(Architecture.minimumSide(of: configuration)) or more.")
    }
    let network: Network
    if let weights {
      let file = try SafetensorsFile(weights)
      let architecture = Architecture(
        configuration, channels: extent[1], height: extent[2], width: extent[3],
        classes: classes(of: file, configuration))
      network = Network(architecture, seed: seed, on: engine)
      try network.load(file)
    } else {
      let architecture = Architecture(
        configuration, channels: extent[1], height: extent[2], width: extent[3])
      network = Network(architecture, seed: seed, on: engine)
    }
    let classes = network.architecture.classes
    guard let highest = batch.labels.max(), highest < classes else {
      throw Complaint(
        "\(batch.origin) has the label \(batch.labels.max() ?? 0); \(configuration.name) has the "
          + "classes 0 to \(classes - 1) here.")
    }

    let images = Tensor(batch.images, shape: batch.shape, on: engine)
    let result = probe(network, images: images, labels: batch.labels)
    if let gradients { try writeSafetensors(network.gradientArrays, to: gradients) }
    let report = ProbeReport(result, network: network, batch: batch)
    print(json ? try encoded(report) : report.text)
    if draw {
      let figure = ProbeFigure(
        network: configuration, conditions: conditions(batch),
        layers: result.layers.map {
          ProbeFigure.Layer(
            place: $0.place, weightGradientNorm: $0.weightGradientNorm,
            outputGradientNorm: $0.outputGradientNorm, responseDeviation: $0.responseDeviation)
        })
      let drawing = FigureDrawing(output: options.output)
      for path in try drawing.write(
        .chart(figure.chart, width: 960, height: 640),
        named: "probe-\(network.architecture.name)"
      ).paths { say("\(path)\n") }
    }
  }

  /// The channels of the images that the weights are for; 3 where there are no weights.
  private func channels(of configuration: NetworkConfiguration) throws -> Int {
    guard let weights else { return 3 }
    let file = try SafetensorsFile(weights)
    let first = Architecture(configuration).places.first?.name ?? ""
    guard let shape = file.entries["\(first).weight"]?.shape, shape.count == 4,
      (1...4096).contains(shape[1])
    else { return 3 }
    return shape[1]
  }

  private func conditions(_ batch: ProbeBatch) -> String {
    let origin = weights.map { "Weights of \($0)" } ?? "Initial weights, seed \(seed)"
    return "\(origin); batch of \(batch.shape), \(batch.origin). "
      + "Command: gradflow probe --network \(network.name) --draw"
  }

  /// The classes that a file's classifier tells apart, if its weights and biases agree on them.
  private func classes(
    of file: borrowing SafetensorsFile, _ configuration: NetworkConfiguration
  ) -> Int {
    let usual = Architecture(configuration, height: configuration.family.imageSize)
    guard let name = usual.places.last(where: { $0.path == .main })?.name,
      let weights = file.entries["\(name).weight"], let bias = file.entries["\(name).bias"],
      weights.shape.count == 2, bias.shape == [weights.shape[0]],
      (1...100_000).contains(weights.shape[0])
    else { return usual.classes }
    return weights.shape[0]
  }
}

/// Images and labels to probe a network with.
struct ProbeBatch {
  let images: [Float]
  let shape: Shape
  let labels: [Int32]
  /// Where they come from.
  let origin: String

  /// The arrays `images` and `labels` of a file.
  init(file path: String) throws {
    let file = try SafetensorsFile(path)
    let images = try file.floats("images")
    let labels = try file.integers("labels")
    let extents = file.entries["images"]?.shape ?? []
    guard extents.count == 4, extents.allSatisfy({ (1...1 << 20).contains($0) }) else {
      throw Complaint(
        "\(path) has images of the shape \(extents); four extents are needed, N×C×H×W.")
    }
    guard file.entries["labels"]?.shape == [extents[0]] else {
      throw Complaint(
        "\(path) has \(extents[0]) images and labels of the shape "
          + "\(file.entries["labels"]?.shape ?? []); one label for each image is needed.")
    }
    guard let lowest = labels.min(), let highest = labels.max(), lowest >= 0, highest <= 100_000
    else { throw Complaint("\(path) has labels that are not between 0 and 100000.") }
    self.images = images
    shape = Shape(extents)
    self.labels = labels.map { Int32($0) }
    origin = path
  }

  /// Sixteen random images of the size that the network was made for.
  init(random configuration: NetworkConfiguration, channels: Int, seed: UInt64) {
    let (family, count) = (configuration.family, 16)
    shape = Shape(count, channels, family.imageSize, family.imageSize)
    var random = SeededGenerator(seed: seed, stream: "probe")
    images = random.normals(shape.count, deviation: 1)
    labels = (0..<count).map { Int32($0 * 7 % family.classes) }
    origin = "random images"
  }
}

/// What a probe found, as it is printed.
struct ProbeReport: Encodable {
  struct Layer: Encodable {
    let name: String
    let weightGradientNorm: Double
    let outputGradientNorm: Double
    let responseDeviation: Double
  }

  let network: String
  let loss: Double
  let logits: [[Float]]
  let layers: [Layer]
  private let conditions: String

  private enum CodingKeys: String, CodingKey { case network, loss, logits, layers }

  init(_ result: ProbeResult, network: Network, batch: ProbeBatch) {
    self.network = network.architecture.name
    loss = result.loss
    let (values, classes) = (result.logits.values(), result.logits.shape[1])
    logits = stride(from: 0, to: values.count, by: classes).map {
      Array(values[$0..<$0 + classes])
    }
    layers = result.layers.map {
      Layer(
        name: $0.place.name, weightGradientNorm: $0.weightGradientNorm,
        outputGradientNorm: $0.outputGradientNorm, responseDeviation: $0.responseDeviation)
    }
    conditions = "\(batch.shape), \(batch.origin)"
  }

  var text: String {
    let header = ["layer", "weight gradient", "output gradient", "response s.d."]
    let rows = layers.map {
      [
        $0.name, scientific($0.weightGradientNorm), scientific($0.outputGradientNorm),
        scientific($0.responseDeviation),
      ]
    }
    return """
      \(network): loss \(scientific(loss)) on \(conditions)
      \(aligned([header] + rows))
      Gradients are L2 norms: of ∂loss/∂weights, and of ∂loss/∂output before normalization.
      """
  }
}
