import Experiments
import Findings
import Records
import SampleRecords
import Testing

@Suite("What became of a combination")
struct RegimeTests {
  private func regime(
    loss: @escaping (Int) -> Double = { _ in 1 }, error: @escaping (Int) -> Double,
    norm: @escaping (Int, Int) -> Double = { _, _ in 1 }
  ) throws -> Regime {
    var run = sampleConfiguration()
    run.schedule.iterations = 30
    return try #require(Regime(madeUpRecord(run, loss: loss, error: error, norm: norm)))
  }

  @Test("it learns if the last mini-batches have errors below 80 %, and not if it diverged")
  func learning() throws {
    #expect(try regime { _ in 79.9 }.learns && !regime { _ in 80 }.learns)
    // What the first twenty were does not count.
    #expect(try regime { $0 < 20 ? 90 : 70 }.learns)
    #expect(try !regime { $0 < 21 ? 90 : 79.8 }.learns)
    let diverged = try regime(loss: { $0 == 5 ? .nan : 1 }) { _ in 10 }
    #expect(!diverged.learns && diverged.outcome == "diverges")
    #expect(try regime { _ in 12.34 }.outcome == "12.3 %")
  }

  @Test("what decided is written as what it is")
  func ratios() throws {
    func text(_ norm: @escaping (Int, Int) -> Double) throws -> String {
      try regime(error: { _ in 50 }, norm: norm).evidence
    }
    // Eight layers, the last of which is the classifier.
    #expect(try text { layer, _ in layer == 7 ? 4 : 2 } == "0.50")
    #expect(try text { _, _ in 0 } == "all zero")
    #expect(try text { layer, _ in layer == 1 ? 0 : 1 } == "zero")
    #expect(try text { layer, _ in layer == 1 ? .infinity : 1 } == "overflows")
    // What decides before any ratio.
    #expect(try text { _, _ in 1e-8 } == "all < 10⁻⁶")
    #expect(try text { layer, _ in layer == 3 ? 2e4 : 1 } == "one > 10⁴")
  }

  @Test("a measure orders networks by the distance of first ÷ last from one")
  func order() throws {
    // The first learns at a ratio of norms of 1, the second does not at one of 8; by ‖∇‖·‖w‖ it is the other way.
    let runs = [(1.0, 8.0, 50.0), (8, 1, 90)].map { norm, relative, error in
      var run = sampleConfiguration()
      run.schedule.iterations = 30
      var record = madeUpRecord(run, error: { _ in error })
      record.gradients = RecordTable(
        record.run.layers.filter { $0.place.path == .main }.map { layer in
          let isFirst = layer.index == 1
          return GradientRow(
            step: 0, layer: layer.place, kind: .weight, l2: isFirst ? norm : 1, rms: 0, maximum: 0,
            zeroFraction: 0, weightNorm: isFirst ? relative / norm : 1, updateRatio: 1)
        })
      return record
    }
    #expect(runs.order(by: .norm) == 1 && runs.order(by: .relative) == 0)
    #expect(runs.order(by: .update) == 0.5)
    // Nothing at all is farther than anything.
    #expect([runs[0], runs[0]].order(by: .norm).isNaN, "of no pairs")
  }

  @Test("the correlation of two networks' errors over seeds is that of Pearson")
  func correlation() throws {
    let runs = try [(0, 10.0, 20.0), (1, 20, 40), (2, 30, 60)].flatMap { seed, plain, residual in
      try [("plain-8", plain), ("resnet-8", residual)].map { name, error in
        var run = sampleConfiguration()
        run.network = try NetworkConfiguration(named: name)
        run.seed = UInt64(seed)
        return madeUpRecord(run, error: { _ in error })
      }
    }
    #expect(abs(runs.correlation("plain-8", "resnet-8") - 1) < 1e-9)
    #expect(runs.correlation("plain-8", "plain-20").isNaN)
  }

  @Test("a tally counts verdicts, and those that learn among them")
  func tally() throws {
    let regimes = try [
      regime { _ in 50 }, regime { _ in 90 },
      regime(error: { _ in 50 }, norm: { layer, _ in layer == 1 ? 1000 : 1 }),
    ]
    #expect(
      regimes.tally == "Of 3 networks, the gradients of 0 vanish, of which 0 learn; "
        + "of 2 are healthy, of which 1 learns; of 1 explode, of which 1 learns.")
  }
}
