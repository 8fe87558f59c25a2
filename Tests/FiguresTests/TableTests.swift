import CairoRendering
import Charts
import Experiments
import Findings
import RealModule
import Records
import Testing

@testable import Figures

@Suite("Tables as pictures")
struct TableTests {
  private func record(
    _ name: String, training: Double, evaluation: Double,
    dataset: DatasetConfiguration = .study(at: .seconds)
  ) throws -> RunRecord {
    var run = Experiment.depthSweep.plans[0].runs()[0]
    run.dataset = dataset
    run.network = try NetworkConfiguration(named: name)
    var record = RunRecord(configuration: run, context: RunContext(version: "0"))
    record.evaluations = [
      EvaluationRow(step: 9, epoch: 0, trainingError: training, evaluationError: evaluation)
    ]
    return record
  }

  @Test("each error stands in its column, in the colour of its kind, and the paper's beside it")
  func errors() throws {
    let picture = Figure.table6.picture(
      of: Comparison([
        try record("plain-20", training: 11, evaluation: 12),
        try record("resnet-20", training: 21, evaluation: 22),
        try record("resnet-56", training: 31, evaluation: 32),
        try record("resnet-14", training: 41, evaluation: 42),
      ]))
    let scene = picture.laidOut(measuring: PangoMeasurer(), theme: .light)
    let table = try #require(scene.table)
    #expect(
      table.columns == [
        "layers", "parameters", "plain training", "plain test", "residual training",
        "residual test", "paper residual, test", "reproduction plain, test",
        "reproduction residual, test",
      ])
    let rows = table.rows.map { row in row.enumerated().filter { $0.0 != 1 }.map(\.1.string) }
    #expect(
      rows == [
        ["14", "–", "–", "41.0", "42.0", "–", "–", "–"],
        ["20", "11.0", "12.0", "21.0", "22.0", "8.75", "9.78 ± 0.13", "8.51 ± 0.22"],
        ["56", "–", "–", "31.0", "32.0", "6.97", "12.95 ± 0.22", "7.40 ± 0.27"],
      ])
    let colors = Dictionary(
      scene.elements.flatMap(texts).map { ($0.string, $0.color) },
      uniquingKeysWith: { one, _ in one })
    let plain = Ink.plain.words(in: .light)
    let residual = Ink.residual.words(in: .light)
    #expect(colors["11.0"] == plain && colors["12.0"] == plain)
    #expect(colors["21.0"] == residual && colors["22.0"] == residual)
  }

  @Test(
    "of table 2 it is said which order differs from the paper's, and which is within two standard errors",
    arguments: [
      // Of 1,000 images 1.2 to 1.3 points each, 1.6 to 1.9 together.
      ((20.0, 24.0), (16.0, 12.0), ""),
      (
        (20.0, 24.0), (16.0, 20.0), "Here the two depths of residual networks have the other order."
      ),
      ((24.0, 20.0), (16.0, 17.0), "Here the two depths of plain networks have the other order."),
      (
        (20.0, 24.0), (16.0, 17.0),
        "Here the two depths of residual networks differ by no more than two"
      ),
      (
        (20.0, 19.0), (16.0, 15.5),
        "Here the two depths of plain and residual networks differ by no more"
      ),
      ((20.0, .nan), (16.0, 12.0), ""),
    ])
  func orders(plain: (Double, Double), residual: (Double, Double), words: String) throws {
    func named(_ name: String, _ error: Double) throws -> RunRecord {
      let images = DatasetConfiguration(.cifar10, evaluationImages: 1000)
      return try record(name, training: 10, evaluation: error, dataset: images)
    }
    let picture = Figure.table2.picture(
      of: Comparison([
        try named("plain-18", plain.0), try named("resnet-18-A", residual.0),
        try named("plain-34", plain.1), try named("resnet-34-A", residual.1),
      ]))
    let claim = picture.subtitle.split(separator: "cannot.").last.map(String.init) ?? ""
    #expect(
      words.isEmpty ? !picture.subtitle.contains("Here") : claim.hasPrefix(" " + words), "\(claim)")
  }

  private func texts(_ element: Scene.Element) -> [Text] {
    switch element {
    case .text(let text): [text]
    case .path, .cells: []
    case .clipped(_, let inner), .group(_, let inner): inner.flatMap(texts)
    }
  }
}

@Suite("Curves of the catalog's figures stand where their numbers are")
struct PlaceTests {
  private func lines(_ figure: Figure, _ records: [RunRecord]) throws -> [LineMark] {
    guard case .chart(let chart, _, _) = try figure.picture(of: records) else { return [] }
    return chart.panels[0].flatMap(\.marks).compactMap {
      if case .line(let line) = $0 { line } else { nil }
    }
  }

  @Test("the ratio over time begins at step 0, and the words say where it begins and ends")
  func ratio() throws {
    let run = Experiment.gradientFlow.plans[0].runs()[0]
    let last = run.network.depth
    // Four times as strong in the first layer at first, half as strong in the end.
    let record = madeUpRecord(run, steps: [0, 9, 99]) { layer, step in
      layer == 1 ? (step == 0 ? 4 : 0.5) : layer == last ? 77 : 1
    }
    let line = try #require(try lines(.gradientRatio, [record]).first)
    #expect(line.points.map(\.x) == [0, 9, 99])
    for (point, expected) in zip(line.points, [4, 0.5, 0.5]) {
      #expect(abs(point.y - expected) < 1e-9)
    }
    let subtitle = try Figure.gradientRatio.picture(of: [record]).subtitle
    #expect(subtitle == "\(run.network.name) goes from 4.0 to 0.50.")
  }

  @Test("responses begin at layer 1, and the first errors are drawn before the rules end")
  func responses() throws {
    let run = Experiment.layerResponses.plans[0].runs()[0]
    let lines = try lines(.layerResponses, [madeUpRecord(run)])
    let responses = try #require(lines.first { $0.points.count > 2 })
    #expect(responses.points.map(\.x) == (1..<run.network.depth).map(Double.init))
    // Of a scale of 1, steps of 0.1 with a decay of 1e-4 and a momentum of 0.9 leave exp(−1e-4) each.
    let decay = try #require(lines.first { $0.label == "γ by decay alone" })
    let left = Double.exp(-1e-4 * Double(run.schedule.iterations))
    for point in decay.points { #expect(abs(point.y - left) < 1e-12) }
  }

  @Test("panels of moments are in their order, and the classifier is named at its highest norm")
  func moments() throws {
    let records = Experiment.quickstart.plans[0].runs().map { run in
      madeUpRecord(run) { layer, step in
        layer == run.network.depth ? (run.network.kind == .plain ? 8 : 2) : 1 + Double(step)
      }
    }
    let figure = Figure.standard(for: .quickstart)[1]
    guard case .chart(let chart, _, _) = try figure.picture(of: records) else { return }
    #expect(
      chart.panels[0].map(\.title) == [
        "gradient of the weights, at initialization", "gradient of the weights, after 249 steps",
      ])
    let notes = chart.panels[0][0].marks.compactMap { mark -> NoteMark? in
      if case .note(let note) = mark { note } else { nil }
    }
    #expect(notes.map(\.string) == ["classifier"])
    #expect(notes.allSatisfy { abs($0.point.y - 8) < 1e-9 })
    let curve = try #require(try lines(figure, records).last)
    #expect(abs(curve.points[0].y - 250) < 1e-9)
  }

  @Test("curves of single mini-batches are drawn beside their means, and are of the first seed")
  func single() throws {
    let figure = Figure.standard(for: .quickstart)[0]
    let found = try lines(figure, madeUpRecords(seeds: 2)).compactMap(\.series)
    #expect(found.filter { $0.hasSuffix("mini-batches") }.count == 4)
    #expect(found.filter { $0.hasSuffix("training") }.count == 4)
    let caption = try figure.picture(of: madeUpRecords(seeds: 2)).caption
    #expect(caption.contains("each mini-batch of the first seed"), "\(caption)")
  }
}
