import CairoRendering
import Charts
import Experiments
import Findings
import Records
import Testing

@testable import Figures

@Suite("Figures of the catalog's experiments")
struct CatalogFigureTests {
  /// Each figure that needs records.
  static let figures = Figure.catalog.filter { $0.experiment != nil }.map(\.name)

  private func figure(_ name: String) throws -> (figure: Figure, experiment: Experiment) {
    let figure = try #require(Figure.catalog.first { $0.name == name })
    return (figure, try #require(figure.experiment))
  }

  /// Runs of an experiment; few of them, and none of more layers than a test has time for.
  private func runs(_ plan: Experiment.Plan, seeds: Int = 1) -> [RunConfiguration] {
    plan.runs(seeds: seeds).filter { $0.network.depth <= 110 }
  }

  private func svg(_ picture: Picture) throws -> [UInt8] {
    try picture.laidOut(measuring: PangoMeasurer(), theme: .light).svg()
  }

  @Test(
    "each says what it shows at every budget, in words, numbers and a picture", arguments: figures)
  func whole(name: String) throws {
    let (figure, experiment) = try figure(name)
    for plan in experiment.plans {
      let records = runs(plan).map { madeUpRecord($0) }
      let picture = try figure.picture(of: records, at: plan.budget)
      #expect(!picture.title.isEmpty && picture.alternativeText.count > 40)
      let command =
        "gradflow run \(experiment.name)"
        + (experiment.plans.count > 1 ? " --budget \(plan.budget.rawValue)" : "")
      #expect(picture.caption.contains(command), "\(picture.caption)")
      let images = Set(plan.runs(ofSeed: 0).map(\.dataset.name.title))
      #expect(images.contains { picture.caption.contains($0) }, "\(picture.caption)")
      let scene = picture.laidOut(measuring: PangoMeasurer(), theme: .light)
      let table = try #require(scene.table)
      #expect(!table.rows.isEmpty && !table.columns.isEmpty)
      #expect(try svg(picture) == svg(figure.picture(of: records, at: plan.budget)))
    }
  }

  @Test(
    "each is drawn of zeros, infinities, things that are no numbers, and networks that diverged",
    arguments: figures)
  func nonFinite(name: String) throws {
    let (figure, experiment) = try figure(name)
    let plan = experiment.plans[0]
    for value in [0, Double.infinity, .nan, -.infinity, .leastNonzeroMagnitude, 1e300] {
      let records = runs(plan).map { madeUpRecord($0, error: value) { _, _ in value } }
      _ = try svg(figure.picture(of: records, at: plan.budget))
    }
  }

  @Test("rungs that are called alike are told by their places, and the best is on top")
  func namesakes() throws {
    let (figure, experiment) = try figure("ladder")
    var other = experiment.plans[0].runs(ofSeed: 0)[1]
    other.optimizer.weightDecay = 0
    let runs = experiment.plans[0].runs(ofSeed: 0) + [other]
    let records = runs.map { madeUpRecord($0, error: $0 == other ? 10 : 50) }
    let picture = try figure.picture(of: records, at: .seconds)
    #expect(picture.alternativeText.contains("on top: as it is 10.0 %;"))
    _ = try svg(picture)
  }

  @Test(
    "each is drawn of a single run, and of seeds that not all networks have", arguments: figures)
  func few(name: String) throws {
    let (figure, experiment) = try figure(name)
    let plan = experiment.plans[0]
    let all = runs(plan, seeds: 2)
    for some in [[all[0]], [all[all.count - 1]], Array(all.dropLast()), Array(all.dropFirst())] {
      _ = try svg(figure.picture(of: some.map { madeUpRecord($0) }, at: plan.budget))
    }
    // Nothing recorded yet but the first step.
    let short = all.map { run -> RunRecord in
      var record = madeUpRecord(run, steps: [0])
      record.steps = Array(record.steps.prefix(1))
      record.evaluations = Array(record.evaluations.prefix(1))
      return record
    }
    _ = try svg(figure.picture(of: short, at: plan.budget))
  }

  @Test("roads through blocks are drawn where blocks were recorded, of one seed, and say which")
  func roads() throws {
    let runs = try #require(Experiment.gradientFlow.plan(at: .seconds)).runs(seeds: 2)
    for name in ["gradient-flow-two-roads", "gradient-flow-additions"] {
      let figure = try figure(name).figure
      let records = runs.map { madeUpRecord($0) }
      #expect(figure.canShow(Comparison(records)))
      let caption = try figure.picture(of: records, at: .seconds).caption
      #expect(caption.contains("2 seeds. Blocks of seed 0."), "\(caption)")
      let first = try figure.picture(of: records.filter { $0.seed == 0 }, at: .seconds).caption
      #expect(first.contains("one seed.") && !first.contains("of seed"))
      // Plain networks have none, and older records have no table of them.
      #expect(
        !figure.canShow(Comparison(records.filter { $0.configuration.network.kind == .plain })))
      let older = records.map { record in
        var record = record
        record.blocks = RecordTable([])
        return record
      }
      #expect(!figure.canShow(Comparison(older)))
    }
    #expect(Figure.degradation.canShow(Comparison([madeUpRecord(runs[0])])))
  }

  @Test("the caption counts seeds, and says so where networks have not equally many")
  func seeds() throws {
    let plan = try #require(Experiment.depthSweep.plan(at: .seconds))
    let all = plan.runs(seeds: 3).filter { $0.seed == 0 || $0.network.depth != 44 }
    let picture = try Figure.depthSweep.picture(of: all.map { madeUpRecord($0) }, at: .seconds)
    #expect(picture.caption.contains("one seed of 44 layers"), "\(picture.caption)")
    #expect(picture.caption.contains("3 seeds of "))
    // Networks that a figure does not show have no seeds in its caption.
    let flow = try #require(Experiment.gradientFlow.plan(at: .seconds)).runs(seeds: 2)
    let some = flow.filter { $0.seed == 0 || $0.network.depth == 20 }.map { madeUpRecord($0) }
    for name in ["gradient-by-depth", "gradient-over-time"] {
      let deepest = try figure(name).figure.picture(of: some, at: .seconds)
      #expect(deepest.caption.contains("one seed.") && !deepest.caption.contains("n = 2"))
    }
  }

  @Test(
    "differences between depths that are no larger than those between seeds are called no order")
  func order() throws {
    let runs = try #require(Experiment.depthSweep.plan(at: .seconds)).runs(seeds: 2)
    // 40 % for 20 layers and 1 point more for every 12, the other way round without shortcuts; two
    // seeds, so far apart.
    func claim(seedsApart distance: Double) throws -> String {
      let records = runs.map { run in
        let error = Double(run.network.depth - 20) / 12 * (run.network.kind == .plain ? 1 : -1)
        return madeUpRecord(run, error: 40 + error + distance * Double(run.seed))
      }
      return try Figure.depthSweep.picture(of: records, at: .seconds).subtitle
    }
    let certain = try claim(seedsApart: 1)
    #expect(certain.contains("every deeper one is worse"), "\(certain)")
    #expect(certain.contains("every deeper one is better"))
    let rough = try claim(seedsApart: 2)
    #expect(rough.contains("the deepest is worse than the shallowest"), "\(rough)")
    #expect(rough.contains("the deepest is better than the shallowest"))
    // Those that are better than the deepest are told.
    let turned = runs.map { run in
      madeUpRecord(run, error: [20: 40.0, 32: 24, 44: 20][run.network.depth] ?? 25)
    }
    let best = try Figure.depthSweep.picture(of: turned, at: .seconds).subtitle
    #expect(
      best.contains("the deepest is better than 20 layers, worse than 32, 44."),
      "\(best)")
    #expect(!rough.contains("worse than 3"))
    let noise = try claim(seedsApart: 6)
    #expect(noise.contains("differ by no more than seeds do"), "\(noise)")
    #expect(!noise.contains("better") && !noise.contains("worse"))
  }

  @Test("runs that differ in more than their network are told apart, and the caption owns up to it")
  func arms() throws {
    let setting = try Assignment("schedule.base", "0.05")
    let runs = Experiment.quickstart.plans[0].runs()
    let other = Experiment.quickstart.setting([setting]).plans[0].runs()
    let records = (runs + other).map { madeUpRecord($0) }
    let figure = Figure.standard(for: .quickstart)[0]
    let picture = try figure.picture(of: records)
    for name in ["plain-56 (base 0.1)", "plain-56 (base 0.05)"] {
      #expect(picture.alternativeText.contains(name))
    }
    #expect(picture.caption.contains("several learning rates, one seed"), "\(picture.caption)")
    let comparison = Comparison(records)
    #expect(comparison.groups.count == 8)
    let inks = comparison.groups.filter { $0.depth == 56 }.map(comparison.ink)
    #expect(Set(inks).count == 4)
  }

  @Test("which twin ends lower is said as it is")
  func twins() throws {
    let runs = Experiment.pairedTwins.plans[0].runs(seeds: 2)
    let records = runs.map { run in
      madeUpRecord(run, error: run.network.kind == .plain ? 30 : 40)
    }
    let picture = try Figure.pairedTwins.picture(of: records, at: .seconds)
    #expect(picture.subtitle.contains("lower in 0 of 2 pairs, on average 10.0 points higher."))
    let single = try Figure.pairedTwins.picture(of: Array(records.prefix(4)), at: .seconds)
    #expect(single.subtitle.hasSuffix("ends 10.0 points higher."), "\(single.subtitle)")
    // A run whose twin is not there is not shown, and not counted.
    let odd = try Figure.pairedTwins.picture(of: Array(records.prefix(5)), at: .seconds)
    #expect(odd.subtitle == single.subtitle)
    #expect(odd.caption.contains(", one seed. Twins"), "\(odd.caption)")
  }

  @Test("images that are held out of training are no test", arguments: [Budget.minutes, .night])
  func heldOut(budget: Budget) throws {
    let (figure, experiment) = try figure("degradation")
    let plan = try #require(experiment.plan(at: budget))
    let picture = try figure.picture(of: runs(plan).map { madeUpRecord($0) }, at: budget)
    guard case .chart(let chart, _, _) = picture else {
      Issue.record("no chart")
      return
    }
    #expect(chart.panels[0][1].title == (budget == .night ? "validation error" : "test error"))
  }

  @Test("time is counted in epochs where runs have some, on the axis, the curves and the rules")
  func epochs() throws {
    var runs = Experiment.degradation.plans[0].runs()
    for index in runs.indices {
      runs[index].schedule.drops = [LearningRateSchedule.Drop(at: 125, factor: 0.5)]
    }
    // 250 steps, 50 of them an epoch.
    let records = runs.map { run -> RunRecord in
      var record = madeUpRecord(run)
      record.evaluations = record.evaluations.map { row in
        var row = row
        row.epoch = Double(row.step) / 50
        return row
      }
      return record
    }
    guard case .chart(let chart, _, _) = try Figure.degradation.picture(of: records) else {
      Issue.record("no chart")
      return
    }
    let panel = chart.panels[0][0]
    #expect(panel.x.title == "epoch" && panel.x.domain == 0...5)
    let ends = panel.marks.compactMap { mark in
      if case .line(let line) = mark { line.points.last?.x } else { nil }
    }
    #expect(ends == [249.0 / 50, 249.0 / 50, 5, 5])
    let rules = panel.marks.compactMap { mark in
      if case .rule(let rule) = mark, rule.direction == .atX { rule } else { nil }
    }
    #expect(rules.map(\.value) == [2.5] && rules.map(\.label) == ["rate ÷ 2"])
  }
}
