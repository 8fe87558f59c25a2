import Foundation
import PixelReading
import Testing

@Suite("Networks of other families are trained and drawn")
struct FamilyRunTests {
  private let folder = NSTemporaryDirectory() + "gradflow-family-\(UUID().uuidString)"

  /// The norms that a run's records have of a kind of gradient at a step, by layer.
  private func norms(_ kind: String, at step: Int, in run: String) throws -> [Int: Double] {
    let text = try String(contentsOfFile: "\(folder)/runs/\(run)/gradients.csv", encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: ",") }
    let columns = try ["step", "layer_index", "kind", "l2"].map { name in
      try #require(rows[0].firstIndex { $0 == name })
    }
    var norms: [Int: Double] = [:]
    for row in rows.dropFirst() where row[columns[0]] == "\(step)" && row[columns[2]] == kind {
      norms[try #require(Int(row[columns[1]]))] = Double(row[columns[3]])
    }
    return norms
  }

  /// The points of a network in a panel of the figure by depth, as the table beside it has them.
  private func points(of network: String, panel: String) throws -> [Int: Double] {
    let path = "\(folder)/figures/vgg-gradient-by-depth.csv"
    var points: [Int: Double] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      guard let match = line.wholeMatch(of: /"([^"]*)",([^,]*),(\d+),([^,]*),,/)?.output,
        match.1 == panel, match.2 == network
      else { continue }
      points[try #require(Int(match.3))] = Double(match.4)
    }
    return points
  }

  @Test("VGG, with and without normalization: every layer is in the records and in the figures")
  func vgg() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = "\(folder)/vgg.yaml"
    try """
    question: What reaches the first layers of sixteen?
    runs:
      - network: {name: vgg-16, width: 2}
      - network: {name: vgg-16-bn, width: 2}
    defaults:
      dataset: {name: synthetic, imageSize: 32, evaluationImages: 50}
      schedule: {base: 0.01, iterations: 4}
      batchSize: 8
    """.write(toFile: file, atomically: false, encoding: .utf8)
    let result = try runCommand(["run", file, "--threads", "1", "--output", folder])
    #expect(result.status == 0, "\(result.error)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs")
    #expect(runs.count == 2)
    for network in ["vgg-16", "vgg-16-bn"] {
      let run = try #require(runs.first { $0.hasPrefix("\(network)-synthetic-") })
      for (kind, words) in [
        ("weight", "gradient of the weights"), ("activation", "gradient that reaches the output"),
      ] {
        for (step, moment) in [(0, "at initialization"), (3, "after 3 steps")] {
          let recorded = try norms(kind, at: step, in: run)
          #expect(Set(recorded.keys) == Set(1...16) && recorded.values.allSatisfy { $0 > 0 })
          #expect(try points(of: network, panel: "\(words), \(moment)") == recorded)
        }
      }
    }
    let names = ["vgg-curves", "vgg-gradient-by-depth", "vgg-gradient-over-time"]
    for theme in ["light", "dark"] {
      let drawn = try runCommand(["draw", file, "--theme", theme, "--output", folder])
      #expect(drawn.status == 0 && drawn.error.isEmpty, "\(drawn.error)")
      let suffix = theme == "dark" ? "-dark" : ""
      for name in names.map({ "\(folder)/figures/\($0)\(suffix)" }) {
        let svg = try String(contentsOfFile: "\(name).svg", encoding: .utf8)
        #expect(svg.contains("vgg-16") && !svg.contains(/\bnan\b|\binf\b|Optional/), "\(name)")
        let png = try #require(FileManager.default.contents(atPath: "\(name).png"))
        let pixels = try Pixels([UInt8](png))
        #expect(pixels.width > 1000 && (theme == "dark" || pixels.ink != nil))
      }
    }
  }
}
