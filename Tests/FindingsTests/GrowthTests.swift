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
