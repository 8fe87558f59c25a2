import Architectures
import Experiments
import Networks
import Tensors
import Testing

@Suite("Statistics that were gathered")
struct StatisticsTests {
  @Test("the way back without statistics' own is that of each image alone")
  func frozen() throws {
    let engine = try Engine(threads: 2)
    for name in ["resnet-8", "plain-8", "resnet-8-preact", "resnet-8-dropout0.5"] {
      var configuration = try NetworkConfiguration(named: name)
      configuration.width = 4
      let network = Network(
        Architecture(configuration, channels: 3, height: 8, width: 8), seed: 2, on: engine)
      let values: [Float] = (0..<(4 * 192)).map { Float(($0 * 53) % 89) / 40 - 1 }
      let images = Tensor(values, shape: Shape(4, 3, 8, 8), on: engine)
      network.gatherStatistics(over: [images])
      func gradients(_ values: ArraySlice<Float>, _ count: Int) -> [Float] {
        let images = Tensor(Array(values), shape: Shape(count, 3, 8, 8), on: engine)
        let flow = network.flowToImages(images, in: Pass(.frozen))
        #expect(flow.output.values() == network(images, in: Pass(.evaluation)).output.values())
        let one = (0..<count * 10).map { Float($0 % 10 == 4 ? 1 : 0) }
        return flow.pullback(Tensor(one, shape: Shape(count, 10), on: engine)).values()
      }
      let together = gradients(values[...], 4)
      let alone = gradients(values[192..<384], 1)
      let scale = together.map(abs).max() ?? 0
      #expect(scale > 0)
      for (one, other) in zip(alone, together[192..<384]) {
        #expect(abs(one - other) <= 1e-4 * scale, "\(name)")
      }
    }
  }

  @Test(
    "gathered statistics are the means of those of the mini-batches, and training goes on after")
  func gathering() throws {
    let engine = try Engine(threads: 1)
    let architecture = Architecture(
      NetworkConfiguration(.plain, depth: 8, width: 4), channels: 3, height: 8, width: 8)
    func images(_ factor: Int) -> Tensor {
      Tensor(
        (0..<(4 * 192)).map { Float(($0 * factor) % 89) / 40 - 1 }, shape: Shape(4, 3, 8, 8),
        on: engine)
    }
    func means(_ batches: [Tensor]) -> [Float] {
      let network = Network(architecture, seed: 2, on: engine)
      network.gatherStatistics(over: batches)
      return network.statistics.flatMap { $0.mean.values() + $0.variance.values() }
    }
    let (one, other) = (means([images(53)]), means([images(31)]))
    let both = means([images(53), images(31)])
    for index in both.indices {
      #expect(abs(both[index] - (one[index] + other[index]) / 2) < 1e-5 * max(abs(both[index]), 1))
    }
    let network = Network(architecture, seed: 2, on: engine)
    network.gatherStatistics(over: [images(53)])
    let before = network.statistics[0].mean.values()[0]
    _ = network(images(31), in: Pass(.training))
    let after = network.statistics[0].mean.values()[0]
    #expect(abs(after - (0.9 * before + 0.1 * other[0])) < 1e-6)
  }
}
