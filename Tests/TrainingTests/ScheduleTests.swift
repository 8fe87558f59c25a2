import Experiments
import Foundation
import Records
import Testing

@testable import Training

@Suite("Warm-up")
struct WarmUpTests {
  @Test("it ends once when the mean over the window is below the threshold, and not again")
  func ends() {
    let warmUp = LearningRateSchedule.WarmUp(rate: 0.01, untilErrorBelow: 80, window: 3)
    let schedule = LearningRateSchedule(base: 0.1, warmUp: warmUp, iterations: 10)
    var rule = WarmUpRule(schedule)
    var over: [Bool] = []
    for error in [10.0, 90, 90, 90, 80, 69, 90, 99] {
      rule.note(error: error)
      over.append(rule.isOver)
    }
    #expect(over == [false, false, true, true, true, true, true, true])
    rule = WarmUpRule(schedule)
    for error in [90.0, 80, 70] { rule.note(error: error) }
    #expect(!rule.isOver)
    rule.note(error: 80)
    #expect(rule.isOver)
  }

  @Test("a schedule without warm-up starts at its full rate")
  func none() {
    #expect(WarmUpRule(.paper).isOver)
  }

  @Test("diverged errors never end it")
  func nan() {
    var rule = WarmUpRule(
      LearningRateSchedule(base: 1, warmUp: .init(window: 1), iterations: 5))
    rule.note(error: .nan)
    #expect(!rule.isOver)
  }

  @Test(
    "a training keeps the small rate until its own errors have fallen, and takes the full one from then on",
    arguments: [(0.0, false), (89, true), (100.5, true)])
  func training(threshold: Double, ends: Bool) throws {
    let output = NSTemporaryDirectory() + "gradflow-warm-up-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = smallRun(steps: 40)
    run.schedule.warmUp = .init(rate: 0.01, untilErrorBelow: threshold, window: 4)
    run.schedule.drops = [.init(at: 38, factor: 0.5)]
    let steps = try record(run, output: output).steps
    var isOver = false
    for (step, row) in steps.enumerated() {
      let window = steps[max(0, step - 4)..<step].map(\.error)
      if window.count == 4, window.reduce(0, +) / 4 < threshold { isOver = true }
      #expect(row.learningRate == (isOver ? step < 38 ? 0.1 : 0.05 : 0.01), "step \(step)")
    }
    #expect(isOver == ends)
    // Nothing is decided before the window is full.
    #expect(steps[0..<4].map(\.learningRate) == [0.01, 0.01, 0.01, 0.01])
  }
}

@Suite("Rates")
struct RateTests {
  @Test("a training follows its schedule step by step: ramp, drops, annealing")
  func rates() throws {
    let output = NSTemporaryDirectory() + "gradflow-rates-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = smallRun(steps: 8)
    run.schedule.ramp = 4
    run.schedule.drops = [.init(at: 4, factor: 0.5), .init(at: 6, factor: 0.1)]
    let rates = try record(run, output: output).steps.map(\.learningRate)
    #expect(rates == [0.025, 0.05, 0.075, 0.1, 0.05, 0.05, 0.005, 0.005])
    run.schedule = LearningRateSchedule(base: 0.2, annealing: .cosine, iterations: 4)
    let annealed = try record(run, output: output).steps.map(\.learningRate)
    // ½·(1 + cos(π·i/4)) of 0.2.
    #expect(annealed == [0.2, 0.1707107, 0.1, 0.02928932])
  }
}
