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
    #expect(!diverged.learns && diverged.outcome == "✗ diverges")
    #expect(try regime { _ in 12.34 }.outcome == "✓ 12.3 %")
  }

  @Test("its ratio is written as what it is")
  func ratios() throws {
    func text(_ norm: @escaping (Int, Int) -> Double) throws -> String {
      try regime(error: { _ in 50 }, norm: norm).ratio
    }
    // Eight layers, the last of which is the classifier.
    #expect(try text { layer, _ in layer == 7 ? 4 : 2 } == "0.50")
    #expect(try text { _, _ in 0 } == "all zero")
    #expect(try text { layer, _ in layer == 1 ? 0 : 1 } == "zero")
    #expect(try text { layer, _ in layer == 1 ? .infinity : 1 } == "overflows")
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
