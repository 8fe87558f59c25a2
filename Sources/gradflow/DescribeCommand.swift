import Architectures
import ArgumentParser
import Experiments
import Figures
import Wording

struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Shows what a network is made of and what it costs; without a name, all of them.",
    discussion: """
      Networks are plain-N and resnet-N for N = 20, 32, 44, 56, 110, 1202 or any other 6n+2 (for \
      small images), plain- and resnet-18, -34, -50, -101, -152, vgg-16, vgg-19, \
      notes-resnet-18 and notes-resnet-34; dense-plain-N and dense-resnet-N, fully connected, for N \
      = 2 to 10004. Behind the name, variants: -A, -B or -C, the paper's \
      shortcut options (A where nothing is said in the first family, B in the others); -v1.5, \
      torchvision's bottleneck, whose stride is on the 3×3 convolution and not on the first 1×1 as \
      in the paper; -stem1 (18 to 152 layers), whose first convolution has no stride, for small \
      images; -bn (vgg), -no-bn, -tanh, -sigmoid; the orders of a block's layers of He et al. \
      2016: -preact, -bnafter, -relubefore, -relufirst; and how shortcut and branch are joined: \
      -scale0.5 (the shortcut times 0.5), -scale0.5x0.5 (both), -gate6 and -shortcutgate6 (gates \
      whose bias begins at -6), -dropout0.5 (on the shortcut), -zerogamma, -skipinit, -no-bn-fixup.
      """)

  @Argument(help: "The network, such as resnet-56 or resnet-34-A.")
  var network: NetworkName?

  @Option(help: "The side of the images in pixels. (default: the network's own)")
  var size: Int?

  @Option(help: "Filters of the first stage. (default: the network's own)")
  var width: Int?

  @Option(help: "The number of classes. (default: the network's own)")
  var classes: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Draw the network, as figures/NETWORK.")
  var draw = false

  @OptionGroup var options: OutputOptions

  func validate() throws {
    if draw, network == nil { throw ValidationError("--draw needs the name of a network.") }
    if let classes, !(1...100_000).contains(classes) {
      throw ValidationError("--classes \(classes): choose 1 to 100000.")
    }
  }

  func run() throws {
    guard let network else {
      let all = try NetworkConfiguration.catalog.map(architecture)
      print(try json ? encoded(all.map(StructureReport.init)) : overview(all))
      return
    }
    let architecture = try architecture(try network.configuration(width: width))
    print(try json ? encoded(StructureReport(architecture)) : table(architecture))
    guard draw else { return }
    let drawing = FigureDrawing(output: options.output)
    for path in try drawing.write(architecture.picture, named: architecture.name).paths {
      say("\(path)\n")
    }
  }

  private func architecture(_ configuration: NetworkConfiguration) throws -> Architecture {
    Architecture(
      configuration, height: try imageSide(size, for: configuration), classes: classes)
  }

  /// A row for each stage, as in the paper's table 1.
  private func table(_ architecture: Architecture) -> String {
    var rows = [["stage", "output", "layers", "parameters", "multiply-adds"]]
    for stage in architecture.stageRows {
      let content = stage.content.isEmpty ? [""] : stage.content
      for (line, layers) in content.enumerated() {
        rows.append(
          line == 0
            ? [
              stage.name, stage.output.description, layers, grouped(stage.parameters),
              grouped(stage.multiplyAdds),
            ] : ["", "", layers, "", ""])
      }
    }
    rows.append(
      [
        "all", "", "\(architecture.places.count { $0.path == .main }) weighted layers",
        grouped(architecture.parameterCount), grouped(architecture.multiplyAdds),
      ])
    return """
      \(architecture.name) for images of \(architecture.input), \(architecture.classes) classes
      \(aligned(rows, left: [0, 1, 2]))
      Multiply-adds of convolutions and linear layers, for one image. \(remark(architecture))
      """
  }

  private func remark(_ architecture: Architecture) -> String {
    let configuration = architecture.configuration
    guard configuration.kind == .residual else { return "No shortcuts." }
    if configuration.family == .notes {
      return "A shortcut around each block, a 1×1 convolution without normalization where shapes "
        + "change. Its code asks for \(configuration.depth) layers and makes "
        + "\(architecture.places.count { $0.path == .main })."
    }
    let shortcuts =
      switch configuration.shortcut {
      case .zeroPadding: "the identity, with zeros for the channels that a stage adds (option A)"
      case .projectionWhereShapesChange:
        "the identity, a 1×1 convolution where shapes change (option B)"
      case .projection: "a 1×1 convolution (option C)"
      }
    let stride =
      configuration.family == .imageNet && configuration.depth >= 50
      ? configuration.bottleneckStride == .first
        ? " Stages begin with stride 2 on the first 1×1 convolution, as in the paper; "
          + "\(configuration.name)-v1.5 is torchvision's."
        : " Stages begin with stride 2 on the 3×3 convolution, as in torchvision."
      : ""
    let joined = [configuration.order.words, configuration.combination?.words].compactMap(\.self)
      .map { " \($0)." }.joined()
    return "A shortcut around each block: \(shortcuts).\(joined)\(stride)"
  }

  /// A row for each network.
  private func overview(_ all: [Architecture]) -> String {
    let header = ["network", "images", "classes", "layers", "parameters", "multiply-adds"]
    let rows = all.map { architecture in
      [
        architecture.name, architecture.input.description, "\(architecture.classes)",
        "\(architecture.places.count { $0.path == .main })", grouped(architecture.parameterCount),
        grouped(architecture.multiplyAdds),
      ]
    }
    return """
      \(aligned([header] + rows))
      Layers: convolutions and linear layers, those on shortcuts not counted. Multiply-adds for one
      image. `gradflow help describe` names the variants.
      """
  }
}

/// The structure of a network, as it is printed in JSON.
struct StructureReport: Encodable {
  struct Layer: Encodable {
    let name: String
    let kind: String
    let outputShape: [Int]
    let parameters: Int
    let multiplyAdds: Int
  }

  let network: String
  let parameters: Int
  let multiplyAdds: Int
  let layers: [Layer]

  init(_ architecture: Architecture) {
    network = architecture.name
    parameters = architecture.parameterCount
    multiplyAdds = architecture.multiplyAdds
    layers = architecture.layers.map {
      Layer(
        name: $0.name, kind: $0.kind.rawValue, outputShape: $0.output.dimensions,
        parameters: $0.parameters, multiplyAdds: $0.multiplyAdds)
    }
  }
}

extension BlockOrder {
  /// What is other than in the paper, a sentence without its full stop.
  fileprivate var words: String? {
    switch self {
    case .postActivation: nil
    case .preActivation: "Normalization and nonlinearity come before each convolution"
    case .normalizedAddition: "The last normalization comes after the addition"
    case .activatedBranch: "The last nonlinearity comes before the addition"
    case .activationFirst: "The nonlinearity comes before each convolution"
    }
  }
}

extension Combination {
  /// How shortcut s(x) and branch F(x) are joined, a sentence without its full stop.
  fileprivate var words: String {
    switch self {
    case .scaled(let shortcut, 1): "The shortcut is multiplied by \(sixDigits(shortcut))"
    case .scaled(let shortcut, let branch):
      "The shortcut is multiplied by \(sixDigits(shortcut)), the branch by \(sixDigits(branch))"
    case .gated(let bias):
      "A gate g decides between them, (1−g)·s(x) + g·F(x); its bias begins at −\(sixDigits(bias))"
    case .gatedShortcut(let bias):
      "A gate g is on the shortcut, (1−g)·s(x) + F(x); its bias begins at −\(sixDigits(bias))"
    case .dropout(let share):
      "While it learns, \(sixDigits(share)) of what the shortcut gives is zero"
    case .learnedScale:
      "The branch is multiplied by a learned number that begins at zero (SkipInit)"
    case .zeroScale: "The branch’s last normalization begins with γ = 0"
    case .fixup: "Branches begin at zero, with learned numbers instead of normalization (Fixup)"
    }
  }
}
