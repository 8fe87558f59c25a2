import Experiments
import Figures
import Foundation
import PixelReading
import Records
import SampleRecords
import Testing

@Suite("Figures and their page are drawn by the command")
struct DrawTests {
  private let folder = NSTemporaryDirectory() + "gradflow-draw-\(UUID().uuidString)"

  /// Writes records of the quickstart, and returns their runs.
  private func finishQuickstart() throws -> Set<RunConfiguration> {
    let runs = Experiment.quickstart.plans[0].runs()
    for run in runs { try writeRun(madeUpRecord(run), in: folder) }
    return Set(runs)
  }

  private func names() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/figures"))
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try #require(FileManager.default.contents(atPath: "\(folder)/figures/\(name)")))
  }

  @Test("without names, all figures that have records are drawn, and a page whose links lead on")
  func everything() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runs = try finishQuickstart()
    let result = try runCommand(["draw", "--output", folder])
    #expect(result.status == 0, "\(result.error)")
    let isDrawn = { (figure: Figure) in
      figure.isOfStructures
        || figure.experiment?.plans.contains { plan in
          // What is measured of these runs was not.
          plan.measurement == nil && plan.runs(ofSeed: 0).allSatisfy(runs.contains)
        } ?? false
    }
    let drawn = Figure.catalog.filter(isDrawn).map(\.name)
    let others = Figure.catalog.filter { !isDrawn($0) }
    #expect(drawn.count >= 6 && others.count >= 6)
    let names = try names()
    let pictures = names.filter { !$0.hasSuffix(".csv") }
    #expect(pictures == Set(drawn.flatMap { ["\($0).png", "\($0).svg"] }))
    let tables = Set(names.subtracting(pictures).map { String($0.dropLast(4)) })
    #expect(tables.contains("quickstart-curves") && tables.isSubset(of: drawn))
    let printed = result.output.split(separator: "\n").map(String.init)
    #expect(Set(printed) == Set(names.map { "\(folder)/figures/\($0)" } + ["\(folder)/README.md"]))

    let page = try String(contentsOfFile: "\(folder)/README.md", encoding: .utf8)
    let links = page.matches(of: /\]\(([^)]*)\)/).map { String($0.1) }
    #expect(
      Set(links) == Set(drawn.map { "figures/\($0).png" } + tables.map { "figures/\($0).csv" }))
    for name in drawn { #expect(page.contains("\n### \(name)\n")) }
    for figure in others { #expect(!page.contains("### \(figure.name)\n")) }

    // What has no records is told, with the command that makes them.
    for missing in others {
      #expect(result.error.contains(missing.name), "\(result.error)")
      let command = missing.experiment.map { "gradflow run \($0.name)" }
      #expect(result.error.contains("`\(command ?? missing.recordings?.command ?? "")`"))
    }
  }

  @Test("dark figures stand beside light ones, on a dark ground, and leave them and the page alone")
  func dark() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try finishQuickstart()
    let arguments = ["draw", "--format", "png", "--output", folder]
    #expect(try runCommand(arguments).status == 0)
    let light = try names()
    let page = "\(folder)/README.md"
    try FileManager.default.removeItem(atPath: page)
    let before = try bytes("quickstart-curves.png")
    let result = try runCommand(arguments + ["--theme", "dark"])
    #expect(result.status == 0, "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: page))
    #expect(try bytes("quickstart-curves.png") == before)
    let pictures = light.filter { $0.hasSuffix(".png") }.map { String($0.dropLast(4)) }
    #expect(try names().subtracting(light) == Set(pictures.map { "\($0)-dark.png" }))
    for name in pictures {
      let (one, other) = (
        try Pixels(try bytes("\(name).png")), try Pixels(try bytes("\(name)-dark.png"))
      )
      #expect(one.width == other.width && one.height == other.height)
      for (x, y) in [(0, 0), (one.width - 1, 0), (0, one.height - 1)] {
        #expect(one[x, y].allSatisfy { $0 > 240 } && other[x, y].allSatisfy { $0 < 64 }, "\(name)")
      }
      let points = stride(from: 0, to: one.height, by: 8).flatMap { y in
        stride(from: 0, to: one.width, by: 8).map { (x: $0, y: y) }
      }
      let different = points.count { one[$0.x, $0.y] != other[$0.x, $0.y] }
      let bright = points.count { other[$0.x, $0.y].reduce(0) { $0 + Int($1) } > 3 * 128 }
      // Maps of colours are the same in both.
      #expect(3 * different > points.count && 3 * bright < points.count, "\(name)")
    }
  }

  @Test("a damaged run is named, and what does not show it is drawn")
  func damaged() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let runs = try finishQuickstart()
    let path = "\(folder)/runs/\(try #require(runs.first).runName)/steps.csv"
    try Data("step,loss".utf8).write(to: URL(fileURLWithPath: path))
    let result = try runCommand(["draw", "--format", "svg", "--output", folder])
    #expect(result.status == 1 && result.error.contains(path), "\(result.error)")
    let drawn = try names()
    #expect(drawn.contains("blocks.svg") && !drawn.contains("quickstart-curves.svg"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/README.md"))
  }

  @Test("a figure that is named and has no records is a mistake; others that are named are drawn")
  func named() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try finishQuickstart()
    let result = try runCommand([
      "draw", "quickstart-curves", "gradient-growth", "--format", "png", "--output", folder,
    ])
    #expect(result.status != 0 && result.error.contains("gradient-growth"), "\(result.error)")
    #expect(try names() == ["quickstart-curves.png", "quickstart-curves.csv"])
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/README.md"))
  }
}
