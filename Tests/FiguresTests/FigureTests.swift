import Architectures
import CairoRendering
import Charts
import Experiments
import Findings
import RealModule
import Records
import Testing

@testable import Figures

extension Figure {
  /// The picture of records of the figure's experiment, made at a budget or at its only one.
  func picture(
    of records: [RunRecord], at budget: Budget? = nil, variant: Experiment? = nil
  ) throws -> Picture {
    let experiment = try #require(variant ?? experiment)
    return picture(
      of: FinishedRuns(
        experiment: experiment, budget: budget ?? experiment.plans[0].budget, records: records
      ).comparison)
  }
}

private func scene(_ figure: Figure, _ records: [RunRecord], _ theme: Theme = .light) throws
  -> Scene
{
  let picture = figure.isOfStructures ? figure.picture() : try figure.picture(of: records)
  return picture.laidOut(measuring: PangoMeasurer(), theme: theme)
}

/// The figures of the quickstart.
private let quickstartFigures = Figure.standard(for: .quickstart)

/// A figure of the quickstart by the rest of its name.
private func quickstart(_ name: String) throws -> Figure {
  try #require(quickstartFigures.first { $0.name == "quickstart-\(name)" })
}

private func chart(_ figure: Figure, _ records: [RunRecord]) throws -> Chart {
  guard case .chart(let chart, _, _) = try figure.picture(of: records) else {
    throw NoChart()
  }
  return chart
}

private struct NoChart: Error {}

private func texts(_ scene: Scene) -> [String] {
  func texts(_ element: Scene.Element) -> [String] {
    switch element {
    case .text(let text): [text.string]
    case .path, .cells: []
    case .clipped(_, let inner), .group(_, let inner): inner.flatMap(texts)
    }
  }
  return scene.elements.flatMap(texts)
}

@Suite("Figures")
struct FigureTests {
  @Test("names are unique, and each figure's experiment is in the catalog")
  func catalog() {
    #expect(Set(Figure.catalog.map(\.name)).count == Figure.catalog.count)
    for figure in Figure.catalog {
      if let experiment = figure.experiment { #expect(Experiment.named(experiment.name) != nil) }
      if let recordings = figure.recordings { #expect(Recordings.catalog.contains(recordings)) }
    }
  }

  @Test("the same records give the same bytes, in both themes")
  func deterministic() throws {
    let records = madeUpRecords()
    for figure in Figure.catalog.filter(\.isOfStructures) + quickstartFigures {
      for theme in [Theme.light, .dark] {
        #expect(try scene(figure, records, theme).svg() == scene(figure, records, theme).svg())
      }
      #expect(try scene(figure, records).png() == scene(figure, records).png())
    }
  }

  @Test("every figure says in words what it shows, and under which conditions")
  func words() throws {
    for figure in quickstartFigures {
      let scene = try scene(figure, madeUpRecords())
      #expect(scene.description.count > 80 && scene.description.contains("plain-56"))
      let caption = texts(scene).joined(separator: " ")
      for word in ["Fashion-MNIST", "14×14", "250 steps", "one seed", "gradflow run quickstart"] {
        #expect(caption.contains(word), "\(figure.name): \(word)")
      }
    }
  }

  @Test("several seeds are shown with their spread, and the caption counts them")
  func seeds() throws {
    for figure in quickstartFigures {
      let caption = texts(try scene(figure, madeUpRecords(seeds: 3))).joined(separator: " ")
      #expect(caption.contains("3 seeds") && caption.contains("--seeds 3"))
    }
    let chart = try chart(quickstart("curves"), madeUpRecords(seeds: 3))
    let bands = chart.panels[0][1].marks.compactMap { mark -> BandMark? in
      if case .band(let band) = mark { band } else { nil }
    }
    // Seeds at 60, 61 and 62: mean 61, sample deviation 1.
    #expect(bands.count == 4)
    #expect(bands.allSatisfy { $0.lower[0] == 60 && $0.upper[0] == 62 })
  }

  @Test("norms that are zero, infinite or no numbers are drawn as such")
  func nonFinite() throws {
    for value in [0, .infinity, .nan] {
      let records = madeUpRecords { index, step in index == 5 ? value : 1 / Double(index + step) }
      for figure in quickstartFigures {
        _ = try scene(figure, records).png(scale: 1)
      }
      let names = try texts(scene(quickstart("gradient-over-time"), records))
      let expected = value == 0 ? "exactly 0" : value.isNaN ? "not a number" : "infinite"
      #expect(names.contains(expected))
    }
    // Nothing but zeros: a network that is dead from the start.
    for figure in quickstartFigures {
      _ = try scene(figure, madeUpRecords { _, _ in 0 }).svg()
    }
  }

  @Test("a map shows how the layers share at each step, whatever the size of all gradients")
  func shares() throws {
    let growth = 1.1
    let records = madeUpRecords { index, step in
      index == 7 && step == 2 ? 0 : Double.pow(growth, Double(index)) / Double(step + 1)
    }
    let panel = try chart(quickstart("gradient-over-time"), records).panels[1][0]
    guard case .heatMap(let map)? = panel.marks.first else { throw NotAMap() }
    #expect(map.edges == [0, 1, 2, 10, 249, 250])
    // The median of 56 layers is between the 28th and the 29th.
    for (row, shares) in map.rows.enumerated() {
      let expected = Double.pow(growth, Double(row + 1) - 28.5)
      #expect([0, 1, 3, 4].allSatisfy { abs(shares[$0] / expected - 1) < 1e-9 })
    }
    // Of the 55 that are not zero it is the 29th.
    #expect(map.rows[6][2] == 0 && abs(map.rows[28][2] - 1) < 1e-9)
    #expect(panel.title == "resnet-56, median layer 15.1 at first, 0.060 at the end")
  }

  private struct NotAMap: Error {}

  @Test("stages are marked where they begin")
  func stages() throws {
    let chart = try chart(quickstart("gradient-by-depth"), madeUpRecords())
    let rules = chart.panels[0][0].marks.compactMap { mark -> RuleMark? in
      if case .rule(let rule) = mark { rule } else { nil }
    }
    #expect(rules.map(\.label) == ["8 filters", "16", "32"])
    #expect(rules.map(\.value) == [1.5, 19.5, 37.5])
    let domains = Set(chart.panels[0].map(\.y.domain))
    #expect(domains.count == 1)
  }
}

@Suite("Maps of many steps")
struct VisibleStepsTests {
  @Test(
    "every step has a column while there is room, then those evenly spread on the axis, and the last"
  )
  func thinned() {
    let few = [0, 1, 2, 50, 51, 499]
    #expect(visible(few) == few && visible([]).isEmpty)
    let chosen = visible(Array(0..<20_000))
    #expect(chosen.count <= 501 && chosen.count > 300)
    // Early steps are far apart on a logarithmic axis.
    #expect(chosen.starts(with: 0..<20) && chosen.last == 19_999)
    let gaps = zip(chosen, chosen.dropFirst()).map { Double($1 + 1) / Double($0 + 1) }
    #expect(gaps.dropFirst(60).allSatisfy { $0 < 1.05 })
  }
}
