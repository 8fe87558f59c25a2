import Experiments
import Records
import SampleRecords
import Testing

@testable import Findings

@Suite("Numbers in tables and sentences")
struct QuantityTests {
  /// Of a seed: its gradients explode at first, and vanish in the end.
  private func run(_ factor: Double) -> RunRecord {
    var run = recordedRun(
      layers: recordedLayers(stages: [0, 1, 2, 3]), conditions: ["seed": "\(factor)"])
    run.addGradients(at: 0, [800 * factor, 4, 2, 9])
    run.addGradients(at: 5, [0.01 * factor, 2, 4, 7])
    run.end(at: 20 * factor, step: 40, epoch: 2.6)
    run.steps = [0, 1233].map { StepRow(step: $0, loss: 1, error: 1, learningRate: 1) }
    return run
  }

  @Test(
    "the first and the last recorded step are told apart, and norms are averaged geometrically",
    arguments: [
      (.firstRatio, "4000"), (.lastRatio, "0.025"), (.firstGradientAtFirst, "8000"),
      (.firstGradientAtLast, "0.10"), (.firstVerdict, "explodes"),
      (.lastVerdict, "healthy or vanishes"), (.trainingError, "1010.0"),
      (.evaluationError, "1011.0"), (.epochs, "3"), (.steps, "1,234"), (.seeds, "2"),
    ] as [(Quantity, String)])
  func quantities(quantity: Quantity, text: String) {
    #expect(quantity.text([run(1), run(100)]) == text)
  }

  @Test("columns are of the step and the end that they name")
  func columns() {
    let row = ResultRow(title: "", network: nil, verdict: nil) { _ in true }
    let record = madeUpRecord(
      sampleConfiguration(),
      norm: { layer, step in
        (0..<(8 - layer)).reduce(1) { product, _ in product * (step == 0 ? 2 : 3) }
      })
    for (column, text) in [
      (.growth(step: 0), "2.000"), (.growth(step: 1), "3.000"), (.gradientRatio, "64.0 → 729"),
      (.trainingError, "50.0"), (.evaluationError, "60.0"),
    ] as [(ResultTable.Column, String)] {
      #expect(column.text([record], row) == text)
      #expect(column.text([], row) == "–")
    }
  }

  /// Of a healthy network, or of one whose gradients explode.
  private func regime(
    seed: UInt64 = 0, _ name: String, error: Double, diverges: Bool = false, explodes: Bool = false
  ) throws -> RunRecord {
    var run = sampleConfiguration(seed: seed)
    run.network = try NetworkConfiguration(named: name)
    return madeUpRecord(
      run, loss: { _ in diverges ? .nan : 1 }, error: { _ in error },
      norm: { layer, _ in layer == 1 && explodes ? 1000 : 1 })
  }

  @Test("whoever diverges has not learned, however low the error; the first seed counts")
  func learning() throws {
    let records = [
      try regime("plain-8", error: 50), try regime("plain-14", error: 80),
      try regime("resnet-8", error: 10, diverges: true), try regime(seed: 1, "plain-8", error: 5),
      try regime("plain-20", error: 5, explodes: true),
    ]
    let row = ResultRow(title: "", network: nil, verdict: .healthy) { _ in true }
    #expect(ResultTable.Column.networks.text(records, row) == "3")
    #expect(ResultTable.Column.learning.text(records, row) == "1")
    let regimes = [Regime](records)
    #expect(regimes.map(\.outcome) == ["50.0 %", "80.0 %", "diverges", "5.0 %"])
    #expect(
      regimes.tally == "Of 4 networks, the gradients of 0 vanish, of which 0 learn; of 3 are "
        + "healthy, of which 1 learns; of 1 explode, of which 1 learns.")
  }

  @Test("rows are the networks, the shallowest first, or the verdicts with and without batches")
  func rows() throws {
    let networks = Experiment.depthSweep.results.rows(of: Experiment.depthSweep.plans[0])
    let depths = networks.compactMap(\.network?.depth)
    #expect(depths.count == networks.count && depths == depths.sorted() && depths.count > 4)
    // Runs of one network are told apart, and each row has its own.
    let plan = Experiment.ladder.plans[1]
    let rungs = Experiment.ladder.results.rows(of: plan)
    #expect(rungs.map(\.title).contains("plain-56 (xavier)") && rungs.count == 14)
    let runs = (0..<2).flatMap { plan.runs(ofSeed: $0) }
    #expect(rungs.allSatisfy { row in runs.filter(row.isMeant).map(\.seed) == [0, 1] })
    let rows = Experiment.regimes.results.rows(of: Experiment.regimes.plans[0])
    #expect(rows.count == 6 && Set(rows.map(\.title)).count == 6)
    var run = sampleConfiguration()
    run.network.normalization = .none
    for row in rows { #expect(row.isMeant(run) == row.title.hasSuffix("no normalization")) }
    let own = sampleConfiguration()
    #expect(rows.filter { $0.isMeant(own) }.map(\.title).allSatisfy { $0.contains(", batch ") })
  }

  @Test(
    "the paper's errors are those of its tables 2 and 6, and of the networks that are in them",
    arguments: [
      ("resnet-20", 8.75), ("resnet-32", 7.51), ("resnet-44", 7.17), ("resnet-56", 6.97),
      ("resnet-110", 6.43), ("resnet-1202", 7.93), ("plain-56", nil), ("plain-18", 27.94),
      ("plain-34", 28.54), ("plain-34-stem1", 28.54), ("resnet-18", 27.88), ("resnet-34", 25.03),
      ("resnet-50", nil),
      ("notes-resnet-18", nil), ("vgg-19", nil),
    ] as [(String, Double?)])
  func paper(name: String, error: Double?) throws {
    #expect(PaperResults.error(of: try NetworkConfiguration(named: name)) == error)
  }
}
