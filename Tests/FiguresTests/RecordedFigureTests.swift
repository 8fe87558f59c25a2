import CairoRendering
import Charts
import Experiments
import Findings
import Records
import Testing

@testable import Figures

/// A network that another program trained and wrote down.
private struct RecordedNetwork {
  var name = "encoder"
  var role = RunDescription.Subject.Role.none
  var depth = 6
  var filters: [Int]? = [8, 8, 16, 16, 32, 10]
  var conditions = ["optimizer": "AdamW", "batch size": "32"]
  var steps = [100, 150, 900]
  var error: Double? = 30
  var isEvaluated = true

  /// Weight gradients that double toward the first layer.
  var record: RunRecord {
    let places = (1...depth).map { index in
      LayerPlace(
        index: index, name: "block.\(index)",
        stage: index == depth ? 3 : min(2, 1 + index * 2 / depth))
    }
    let layers = places.enumerated().map { index, place in
      RunDescription.Layer(
        place, kind: index == depth - 1 ? "linear" : "convolution", parameters: 100,
        filters: filters.map { $0[min(index, $0.count - 1)] })
    }
    var record = RunRecord(
      RunDescription(
        recorded: .init(name: name, role: role, depth: depth), layers: layers,
        conditions: conditions, context: RunContext(version: "2.1", pyTorch: "2.6.0")))
    record.steps = steps.map {
      StepRow(step: $0, loss: 1, error: error ?? .nan, learningRate: .nan)
    }
    if isEvaluated {
      record.evaluations = steps.dropFirst().map {
        EvaluationRow(
          step: $0, epoch: Double($0) / 300, trainingError: error ?? .nan,
          evaluationError: error.map { $0 + 1 } ?? .nan)
      }
    }
    var strengths = [1.0]
    for _ in 1..<max(depth, 2) { strengths.append(strengths[strengths.count - 1] * 1.01) }
    record.gradients = RecordTable(
      steps.flatMap { step in
        places.flatMap { place in
          GradientRow.Kind.allCases.map { kind in
            GradientRow(
              step: step, layer: place, kind: kind, l2: strengths[depth - place.index], rms: 0,
              maximum: 0, zeroFraction: 0)
          }
        }
      })
    return record
  }
}

@Suite("Figures of other programs' networks")
struct RecordedFigureTests {
  static let figures =
    Figure.standard(for: .quickstart)
    + Figure.catalog.filter { ["gradient-ratio", "table-6", "degradation"].contains($0.name) }

  private static let networks: [(String, [RecordedNetwork])] = [
    ("without roles", [RecordedNetwork(), RecordedNetwork(name: "decoder", depth: 4)]),
    (
      "with roles",
      [
        RecordedNetwork(name: "mine", role: .plain),
        RecordedNetwork(name: "mine with shortcuts", role: .residual),
        RecordedNetwork(name: "neither", depth: 3),
      ]
    ),
    ("without filters", [RecordedNetwork(filters: nil)]),
    ("without evaluations", [RecordedNetwork(isEvaluated: false)]),
    ("without errors", [RecordedNetwork(error: nil), RecordedNetwork(name: "b", error: nil)]),
    ("of nothing but gradients", [RecordedNetwork(error: nil, isEvaluated: false)]),
    ("of one step", [RecordedNetwork(steps: [7])]),
    ("of no steps", [RecordedNetwork(steps: [])]),
    ("of one layer", [RecordedNetwork(depth: 1), RecordedNetwork(role: .plain, depth: 1)]),
    ("of 1202 layers", [RecordedNetwork(role: .residual, depth: 1202, steps: [0, 10])]),
    (
      "of two seeds",
      ["0", "1"].map { RecordedNetwork(role: .plain, conditions: ["rate": "1", "seed": $0]) }
    ),
  ]

  private func texts(_ picture: Picture) -> [String] {
    [picture.title, picture.subtitle, picture.caption, picture.alternativeText]
  }

  @Test(
    "each is drawn of whatever they wrote down, and says whose it is",
    arguments: figures.map(\.name), networks.map(\.0))
  func drawn(name: String, kind: String) throws {
    let figure = try #require(Self.figures.first { $0.name == name })
    let networks = try #require(Self.networks.first { $0.0 == kind }).1
    let picture = figure.picture(of: Comparison(networks.map(\.record)))
    for theme in [Theme.light, .dark] {
      let scene = picture.laidOut(measuring: PangoMeasurer(), theme: theme)
      #expect(!(try scene.svg()).isEmpty)
    }
    #expect(!picture.title.isEmpty && !picture.alternativeText.isEmpty)
    #expect(!picture.caption.contains("gradflow run") && !picture.caption.contains("  "))
    let conditions = kind == "of two seeds" ? "Rate 1, " : "Batch size 32, optimizer AdamW, "
    #expect(picture.caption.hasPrefix(conditions), "\(picture.caption)")
    #expect(picture.caption.contains(kind == "of two seeds" ? "2 seeds" : "one seed"))
    for text in texts(picture) {
      #expect(!text.contains("Optional(") && !text.contains("none"), "\(text)")
    }
  }

  @Test("titles speak of roles only where there are some, and of names where they are few")
  func words() throws {
    func picture(_ index: Int, _ networks: [RecordedNetwork]) -> Picture {
      Self.figures[index].picture(of: Comparison(networks.map(\.record)))
    }
    let (one, other) = (RecordedNetwork(), RecordedNetwork(name: "decoder", depth: 4))
    #expect(picture(0, [one, other]).title == "Loss and error of networks")
    #expect(
      picture(0, [RecordedNetwork(role: .residual), other]).title
        == "Loss and error of networks")
    #expect(picture(0, [one]).subtitle == "At the end the training error is 30.0 % for encoder.")
    #expect(picture(1, [one, other]).title == "Gradient of every layer of encoder and decoder")
    #expect(picture(1, [one]).alternativeText.contains("after 100 steps and after 900 steps"))
    #expect(picture(2, [one]).title.hasSuffix("while encoder learns"))
    #expect(picture(2, [one, other]).title.hasSuffix("while encoder and decoder learn"))
    #expect(picture(1, [one]).caption.contains("8–32 filters"))
  }

  @Test(
    "of many stages so many are marked as their names have room, evenly and from the first on",
    arguments: [(3, 3), (12, 12), (13, 5), (80, 6), (1200, 6)])
  func stages(count: Int, marked: Int) {
    let thinned = Array(0..<count).thinned()
    #expect(thinned.count == marked && thinned.first == 0)
    #expect(Set(zip(thinned, thinned.dropFirst()).map { $1 - $0 }).count == 1)
  }

  @Test("maps of several seeds are of the first one, and the caption says of which")
  func seeds() {
    let runs = ["3", "4"].map { RecordedNetwork(conditions: ["seed": $0], steps: [0, 9]).record }
    let picture = Self.figures[2].picture(of: Comparison(runs))
    #expect(picture.caption.contains("at 2 of the steps, of seed 3."), "\(picture.caption)")
  }

  @Test("every map has its layers from the first on, and its columns begin at the recorded steps")
  func maps() {
    let network = RecordedNetwork(steps: [100, 150, 900])
    let picture = Self.figures[2].picture(
      of: Comparison([network.record, RecordedNetwork(name: "b", role: .plain).record]))
    guard case .chart(let chart, _, _) = picture,
      case .heatMap(let map) = chart.panels[0][0].marks[0]
    else {
      Issue.record("no map")
      return
    }
    #expect(chart.panels.count == 2 && map.edges == [100, 150, 900, 901])
    #expect(map.rows.count == 6 && zip(map.rows, map.rows.dropFirst()).allSatisfy { $0[0] > $1[0] })
  }
}
