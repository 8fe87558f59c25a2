import Experiments
import Testing

@testable import Architectures

@Suite("Architectures")
struct ArchitectureTests {
  /// Counted from the definitions: convolutions without biases, normalizations with scale and
  /// shift, a classifier with a bias; multiply-adds of convolutions and linear layers.
  @Test(
    "parameters and multiply-adds are exactly those of the definitions",
    arguments: [
      ("resnet-20", 269_722, 40_550_000), ("resnet-32", 464_154, 68_860_000),
      ("resnet-44", 658_586, 97_170_000), ("resnet-56", 853_018, 125_490_000),
      ("resnet-110", 1_727_962, 252_890_000), ("resnet-1202", 19_421_274, 2_829_000_000),
      ("plain-20", 269_722, 40_550_000), ("plain-1202", 19_421_274, 2_829_000_000),
      ("plain-18", 11_515_688, 1_795_000_000), ("resnet-18-A", 11_515_688, 1_795_000_000),
      ("resnet-18", 11_689_512, 1_814_000_000),
      ("plain-34", 21_623_848, 3_644_000_000), ("resnet-34-A", 21_623_848, 3_644_000_000),
      ("resnet-34", 21_797_672, 3_664_000_000),
      ("resnet-50", 25_557_032, 3_858_000_000), ("resnet-101", 44_549_160, 7_570_000_000),
      ("resnet-152", 60_192_808, 11_282_000_000),
      ("resnet-50-v1.5", 25_557_032, 4_089_000_000),
      ("resnet-101-v1.5", 44_549_160, 7_801_000_000),
      ("resnet-152-v1.5", 60_192_808, 11_514_000_000),
      ("vgg-16", 138_357_544, 15_470_000_000), ("vgg-19", 143_667_240, 19_630_000_000),
    ])
  func counts(name: String, parameters: Int, multiplyAdds: Int) throws {
    let architecture = Architecture(try NetworkConfiguration(named: name))
    #expect(architecture.parameterCount == parameters)
    // The expected numbers are rounded to four digits, those below a thousand million to 10,000.
    let digit =
      multiplyAdds < 1_000_000_000 ? 10_000 : multiplyAdds < 15_000_000_000 ? 1_000_000 : 10_000_000
    #expect(abs(architecture.multiplyAdds - multiplyAdds) <= digit / 2)
  }

  @Test(
    "a stem without a stride does to images of half the size what the paper's does to whole ones",
    arguments: ["plain-18", "resnet-34-A", "resnet-50"])
  func stem(name: String) throws {
    let published = Architecture(try NetworkConfiguration(named: name))
    let other = Architecture(try NetworkConfiguration(named: "\(name)-stem1"), height: 112)
    #expect(other.layers.map(\.output) == published.layers.map(\.output))
    #expect(other.multiplyAdds == published.multiplyAdds)
    #expect(other.parameterCount == published.parameterCount)
  }

  @Test(
    "the notes' code as printed has a block too many",
    arguments: [("notes-resnet-18", 20, 11_258_634), ("notes-resnet-34", 36, 21_370_506)])
  func notes(name: String, depth: Int, parameters: Int) throws {
    let architecture = Architecture(try NetworkConfiguration(named: name))
    #expect(architecture.parameterCount == parameters)
    let main = architecture.places.filter { $0.path == .main }
    #expect(main.map(\.index) == Array(1...depth))
    #expect(main.first?.name == "0.0" && main.last?.name == "7")
    #expect(
      architecture.places.filter { $0.path == .shortcut }.map(\.name) == [
        "2.0.conv3", "3.0.conv3", "4.0.conv3",
      ])
  }

  @Test("a network has as many weighted layers as its name says, and names none twice")
  func depths() throws {
    for configuration in NetworkConfiguration.catalog where configuration.family != .notes {
      let architecture = Architecture(configuration)
      let main = architecture.places.filter { $0.path == .main }
      #expect(main.map(\.index) == Array(1...configuration.depth), "\(architecture.name)")
      #expect(Set(architecture.places.map(\.name)).count == architecture.places.count)
      #expect(architecture.layers.last?.output == .features(architecture.classes))
    }
  }

  @Test("dense networks have layers of one width, and see images of any size at once")
  func dense() throws {
    let plain = Architecture(try NetworkConfiguration(named: "dense-plain-5"))
    #expect(plain.places.map(\.name) == ["fc1"] + (1...3).map { "hidden.\($0).conv1" } + ["fc"])
    #expect(plain.places.map(\.index) == [1, 2, 3, 4, 5])
    // One input with its bias; three layers and four normalizations; two outputs.
    #expect(plain.parameterCount == 400 + 3 * 40_000 + 4 * 400 + 402)
    let twin = Architecture(try NetworkConfiguration(named: "dense-resnet-5"))
    #expect(twin.parameterCount == plain.parameterCount && twin.blocks.count == 3)
    let bare = Architecture(try NetworkConfiguration(named: "dense-plain-2-no-bn"))
    #expect(bare.parameterCount == 400 + 402 && bare.blocks.isEmpty)
    let onImages = Architecture(
      try NetworkConfiguration(named: "dense-resnet-3-no-bn"), channels: 3, height: 8, width: 8,
      classes: 10)
    #expect(onImages.parameterCount == 200 * 193 + 200 * 201 + 2010)
    #expect(onImages.layers.first?.output == .image(channels: 200, height: 1, width: 1))
  }

  @Test("stages have the output sizes and blocks of the paper's table 1")
  func table() throws {
    let rows = Architecture(try NetworkConfiguration(named: "resnet-50")).stageRows
    #expect(rows.map(\.name) == ["conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "fc"])
    #expect(
      rows.map(\.output.description) == [
        "64×112×112", "256×56×56", "512×28×28", "1024×14×14", "2048×7×7", "1000",
      ])
    #expect(rows[0].content == ["7×7, 64, stride 2"])
    #expect(
      rows[1].content == ["3×3 max pool, stride 2", "[1×1, 64; 3×3, 64; 1×1, 256] ×3"])
    #expect(rows[3].content == ["[1×1, 256; 3×3, 256; 1×1, 1024] ×6"])
  }

  @Test("projections stand where the option asks for them", arguments: ShortcutOption.allCases)
  func shortcuts(option: ShortcutOption) throws {
    let architecture = Architecture(try NetworkConfiguration(named: "resnet-34-\(option.rawValue)"))
    let projections = architecture.places.filter { $0.path == .shortcut }
    let expected = [
      ShortcutOption.zeroPadding: 0, .projectionWhereShapesChange: 3, .projection: 16,
    ]
    #expect(projections.count == expected[option])
    for projection in projections {
      #expect(projection.name.hasSuffix(".downsample.0"))
      let ends = architecture.places.first { $0.path == .main && $0.index == projection.index }
      #expect(ends.map { projection.name.hasPrefix($0.name.dropLast(5)) } == true)
    }
  }

  @Test("images of any size go through; VGG asks for 32 pixels")
  func sizes() {
    let resnet = Architecture(
      NetworkConfiguration(.residual, depth: 18, family: .imageNet), channels: 1, height: 33,
      width: 1, classes: 7)
    #expect(resnet.layers[0].output == .image(channels: 64, height: 17, width: 1))
    #expect(resnet.layers.last?.output == .features(7))
    let vgg = NetworkConfiguration(.plain, depth: 16, family: .vgg)
    #expect(Architecture.minimumSide(of: vgg) == 32)
    #expect(Architecture(vgg, height: 32).parameterCount == 138_357_544)
  }

  /// Peak resident memory of `gradflow bench` on Linux with oneDNN 2.6, in megabytes.
  @Test(
    "the estimate of memory is near what was measured, and rather above it",
    arguments: [
      ("resnet-20", 128, 209.0), ("plain-20", 128, 174), ("resnet-56", 128, 480),
      ("plain-56", 128, 344), ("resnet-110", 128, 919), ("resnet-18", 16, 651),
    ])
  func memory(name: String, batchSize: Int, megabytes: Double) throws {
    let estimate = MemoryEstimate(Architecture(try NetworkConfiguration(named: name)))
    let ratio = Double(estimate.bytes(batchSize: batchSize)) / 1e6 / megabytes
    #expect((0.85...1.5).contains(ratio), "\(ratio)")
    let room = estimate.bytes(batchSize: 37)
    #expect(estimate.batchSize(fitting: room) == 37)
    #expect(estimate.batchSize(fitting: room - 1) == 36)
    #expect(estimate.batchSize(fitting: 0) == 0)
  }
}

@Suite("How much there is to compute")
struct OperationCountTests {
  @Test("two operations for each multiply-add, three times in training but for the first layer")
  func steps() {
    let architecture = Architecture(NetworkConfiguration(.residual, depth: 20))
    let count = OperationCount(architecture)
    #expect(count.perEvaluatedImage == 2 * Double(architecture.multiplyAdds))
    // 16 filters of 3×3×3 at 32×32 places.
    let first = 2.0 * 16 * 27 * 1024
    #expect(count.perTrainedImage == 3 * count.perEvaluatedImage - first)
  }

  @Test("a training is its steps and its evaluations, of the images that there are")
  func runs() {
    var run = RunConfiguration(
      network: NetworkConfiguration(.plain, depth: 8),
      dataset: DatasetConfiguration(.synthetic),
      schedule: LearningRateSchedule(base: 0.1, iterations: 100))
    run.batchSize = 16
    run.recording.evaluationInterval = 30
    let count = OperationCount(Architecture(run))
    let steps = 1600 * count.perTrainedImage
    // After 30, 60, 90 and 100 steps.
    #expect(count.operations(of: run) == steps + 4 * 1024 * count.perEvaluatedImage)
    run.dataset.heldOutImages = 100
    #expect(count.operations(of: run) == steps + 400 * count.perEvaluatedImage)
    run.dataset.evaluationImages = 7
    #expect(count.operations(of: run) == steps + 28 * count.perEvaluatedImage)
  }
}
