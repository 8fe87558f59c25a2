import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@testable import Findings

@Suite("Growth of gradients")
struct GrowthTests {
  @Test("the growth of the gradient is found, whatever it is, and its interval holds it")
  func growth() throws {
    let run = Experiment.quickstart.plans[0].runs()[2]
    for factor in [0.5, 1, 1.2112, 3] {
      // Rising toward the first layer, and a little off the line.
      let record = madeUpRecord(
        run,
        norm: { layer, step in
          pow(factor, Double(56 - layer)) * (layer % 2 == 0 ? 1.01 : 0.99)
        })
      let fit = try #require(GrowthFit([record], at: 0))
      #expect(abs(fit.factor - factor) < 0.002 * factor && fit.interval.contains(factor))
    }
    // By hand, from powers of 10 that are those of the regression below: slope ½, error √(1/12).
    var rough = recordedRun(layers: recordedLayers(stages: [0, 1, 2, 3]))
    rough.addGradients(at: 0, [10, 1, 1, 1e9])
    let fit = try #require(GrowthFit([rough], at: 0))
    let reach = 1.96 * (1.0 / 12).squareRoot()
    #expect(abs(log10(fit.interval.lowerBound) - 0.5 + reach) < 1e-9)
    #expect(abs(log10(fit.interval.upperBound) - 0.5 - reach) < 1e-9)
    let dead = madeUpRecord(run, norm: { layer, _ in layer < 54 ? 0 : 1 })
    #expect(GrowthFit([dead], at: 0) == nil)
  }

  @Test("a regression line is the one that is there")
  func regression() throws {
    let line = try #require(RegressionLine([(0, 1), (1, 3), (2, 5)]))
    #expect(line.slope == 2 && line.slopeError == 0)
    #expect(RegressionLine([(0, 1), (1, 3)]) == nil)
    #expect(RegressionLine([(1, 1), (1, 2), (1, 3)]) == nil)
    // By hand: slope 1/2, residuals 1/6, −1/3, 1/6, so √(1/6 ÷ 1 ÷ 2).
    let rough = try #require(RegressionLine([(0, 0), (1, 0), (2, 1)]))
    #expect(abs(rough.slope - 0.5) < 1e-12)
    #expect(abs(rough.slopeError - (1.0 / 12).squareRoot()) < 1e-12)
  }
}

@Suite("The gradient block by block")
struct BlockProfileTests {
  /// A network of blocks of two layers, whose second gets b⁻ᵃ and whose first a hundredth of that.
  private func run(_ norm: @escaping (Double) -> Double) -> RunRecord {
    var run = sampleConfiguration()
    run.network.depth = 20
    var record = RunRecord(configuration: run, context: .madeUp)
    let layers = record.run.layers.filter { $0.place.path == .main }
    record.gradients = RecordTable(
      layers.map { layer in
        let block = Double(layer.index / 2)
        let isLast = layer.name.hasSuffix("conv2")
        return GradientRow(
          step: 0, layer: layer.place, kind: .activation,
          l2: layer.name.contains(".") ? norm(block) * (isLast ? 1 : 0.01) : 7, rms: 0, maximum: 0,
          zeroFraction: 0)
      })
    return record
  }

  @Test("it has the last layer of every block, and neither the first layer nor the classifier")
  func blocks() {
    let profile = BlockProfile([run { $0 }], at: 0)
    #expect(profile.layers == [3, 5, 7, 9, 11, 13, 15, 17, 19])
    #expect(profile.spreads.map(\.mean).map { $0.rounded() } == (1...9).map(Double.init))
  }

  @Test("a power law is found as one, and a factor a block as the other")
  func laws() throws {
    func pow(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
    let power = try #require(PowerFit([run { pow($0, -0.8) }], at: 0))
    #expect(abs(power.exponent - 0.8) < 1e-9 && power.error < 1 + 1e-9)
    #expect(power.errorOfOneFactor > 1.05 && abs(power.norm(ofBlock: 4) - pow(4, -0.8)) < 1e-9)
    let factor = try #require(PowerFit([run { pow(1.2, -$0) }], at: 0))
    #expect(factor.errorOfOneFactor < 1 + 1e-9 && factor.error > 1.05)
    #expect(PowerFit([run { _ in 0 }], at: 0) == nil)
  }
}
