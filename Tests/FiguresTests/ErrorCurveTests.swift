import Charts
import Experiments
import Findings
import Records
import Testing

@testable import Figures

@Suite("Errors over time")
struct ErrorCurveTests {
  /// A run of 1000 steps, 250 to the epoch, that is recorded every tenth step; its errors fall from 95 to
  /// those at the end.
  private func run(
    seed: UInt64 = 0, error: Double = 40, stepsPerEpoch: Double = 250,
    drops: [LearningRateSchedule.Drop] = []
  ) -> RunRecord {
    var run = Experiment.quickstart.plans[0].runs(ofSeed: seed)[0]
    run.schedule = LearningRateSchedule(base: 0.1, drops: drops, iterations: 1000)
    run.recording.lossInterval = 10
    var record = RunRecord(
      configuration: run, context: RunContext(version: "0", evaluationSet: "test images"))
    record.steps = stride(from: 0, to: 1000, by: 10).map {
      StepRow(step: $0, loss: 1, error: error + Double(seed), learningRate: 0.1)
    }
    record.evaluations = stride(from: 100, through: 1000, by: 100).map {
      EvaluationRow(
        step: $0, epoch: Double($0) / stepsPerEpoch, trainingError: $0 == 100 ? 95 : error - 10,
        evaluationError: error)
    }
    return record
  }

  private func curves(_ runs: RunRecord...) -> ErrorCurves { ErrorCurves(Comparison(runs)) }

  private func rules(_ curves: ErrorCurves) -> [RuleMark] {
    curves.rules.compactMap { if case .rule(let rule) = $0 { rule } else { nil } }
  }

  @Test("time is in epochs where they are equally long in all runs, and in steps elsewhere")
  func time() {
    let epochs = curves(run())
    #expect(epochs.timeAxis.title == "epoch" && epochs.timeAxis.domain == 0...4)
    #expect(epochs.time(500) == 2)
    for steps in [
      curves(run(), run(seed: 1, stepsPerEpoch: 500)), curves(run(stepsPerEpoch: 5000)),
    ] {
      #expect(steps.timeAxis.title == "training step" && steps.timeAxis.domain == 0...1000)
      #expect(steps.time(500) == 500)
    }
  }

  @Test(
    "errors reach from zero to above all that is left after the first tenth",
    arguments: [(62, 70, false), (88, 90, false), (89, 100, true), (.nan, 100, true)]
      as [(Double, Double, Bool)])
  func errors(error: Double, top: Double, hasChance: Bool) {
    let curves = curves(run(error: error))
    #expect(curves.errorAxis.domain == 0...top)
    #expect(rules(curves).map(\.label) == (hasChance ? ["chance"] : []))
    #expect(rules(curves).map(\.value) == (hasChance ? [90] : []))
  }

  @Test("where the learning rate changes there is a rule that says how, if it does so in all runs")
  func drops() {
    let drops = [
      LearningRateSchedule.Drop(at: 500), .init(at: 750, factor: 0.5), .init(at: 800, factor: 0.4),
      .init(at: 900, factor: 2),
    ]
    let found = rules(curves(run(drops: drops), run(seed: 1, drops: drops)))
    #expect(found.map(\.label) == ["rate ÷ 10", "rate ÷ 2", "rate ÷ 2.5", "rate × 2"])
    #expect(found.map(\.value) == [2, 3, 3.2, 3.6] && found.allSatisfy { $0.direction == .atX })
    #expect(rules(curves(run(drops: drops), run(seed: 1))).isEmpty)
    #expect(rules(curves(run(drops: drops), run(seed: 1, drops: [.init(at: 600)]))).isEmpty)
  }

  @Test("training and evaluation errors are each in their curve, on a band of one deviation")
  func marks() throws {
    let curves = curves(run(), run(seed: 1, error: 44))
    let network = curves.runs.groups[0]
    for (marks, mean, name) in [
      (curves.training(network), 32.0, "training"), (curves.evaluation(network), 42, "evaluation"),
    ] {
      guard case .band(let band) = marks[0], case .line(let line) = marks[1] else {
        Issue.record("no band and line")
        continue
      }
      #expect(line.points.last == Point(4, mean) && line.series == "plain-20 \(name)")
      #expect(line.dash.isEmpty == (name == "evaluation"))
      let upper = try #require(band.upper.last)
      #expect(abs(upper - mean - 8.0.squareRoot()) < 1e-9)
      #expect(abs(mean - (band.lower.last ?? 0) - 8.0.squareRoot()) < 1e-9)
    }
    guard case .line(let raw) = curves.raw(network)[0] else { return }
    #expect(raw.points.last == Point(3.96, 40) && !raw.isTabulated)
    #expect(
      curves.remark == "Training error: thin, one mini-batch in 10 of the first seed; "
        + "dashed, mean of 100 mini-batches and over seeds.")
  }

  @Test("on a logarithmic axis the band reaches as far down as up")
  func geometric() {
    let group = Comparison([run(), run(seed: 1)]).groups[0]
    let marks = [Mark].curve(
      [1], [GeometricSpread([1, 100])], of: group, ink: .blue, width: 1, series: "s")
    guard case .band(let band) = marks[0] else {
      Issue.record("no band")
      return
    }
    #expect(abs(band.lower[0] * band.upper[0] - 100) < 1e-9 && band.lower[0] < 1)
  }
}

@Suite("Colours of networks")
struct InkTests {
  private func comparison(_ roles: [(RunGroup.Role, Int)]) -> Comparison {
    Comparison(
      roles.enumerated().map { index, network in
        RunRecord(
          RunDescription(
            recorded: .init(name: "net-\(index)", role: network.0, depth: network.1), layers: [],
            conditions: [:], context: RunContext(version: "1")))
      })
  }

  @Test("plain is vermillion, residual blue, and green what is neither; all have their own ink")
  func roles() {
    #expect(Ink(NetworkConfiguration.Kind.plain) == .vermillion)
    #expect(Ink(RunGroup.Role.plain) == .vermillion && Ink(RunGroup.Role.residual) == .blue)
    #expect(Ink(RunGroup.Role.none) == .green)
    let runs = comparison([(.none, 3), (.none, 3), (.none, 9), (.plain, 9), (.plain, 9)])
    #expect(runs.groups.map(runs.ink) == [.green, .purple, .orange, .vermillion, .purple])
  }

  @Test("the shallowest of a role has the colour, and deeper ones are stronger and wider")
  func depths() {
    let runs = comparison([(.plain, 20), (.plain, 56), (.plain, 110), (.residual, 20)])
    let inks = runs.groups.map(runs.ink)
    #expect(inks[0] == .vermillion && inks[3] == .blue)
    #expect(inks[1] == Ink.vermillion.strengthened(0.175))
    #expect(inks[2] == Ink.vermillion.strengthened(0.35))
    let widths = runs.groups.map(runs.width)
    #expect(widths[0] < widths[1] && widths[1] < widths[2] && widths[0] == widths[3])
    // Where there is one depth, there is nothing to tell apart.
    let one = comparison([(.plain, 56), (.residual, 56)])
    #expect(one.groups.map(one.ink) == [.vermillion, .blue])
  }

  @Test("fading moves a colour toward the paper that it is on")
  func fading() {
    let faded = Ink.blue.faded(0.5)
    #expect(faded.color(in: .light) == faded.light && faded.color(in: .dark) == faded.dark)
    #expect(faded.light.green > Ink.blue.light.green && faded.dark.green < Ink.blue.dark.green)
    #expect(Ink.blue.faded(0) == .blue || Ink.blue.faded(0).light.blue > 0.6)
  }
}
