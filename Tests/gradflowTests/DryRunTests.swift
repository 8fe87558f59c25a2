import Experiments
import Foundation
import SampleRecords
import Testing

@Suite("What a dry run tells")
struct DryRunTests {
  private let folder = NSTemporaryDirectory() + "gradflow-dry-\(UUID().uuidString)"

  /// Parameters and multiply-adds of the paper's family for small images, counted by hand: 3×3
  /// convolutions without biases, each with a normalization, and a linear layer for ten classes.
  private func count(
    depth: Int, width: Int, side: Int, projections: Bool = false
  ) -> (parameters: Int, multiplyAdds: Int) {
    var (parameters, multiplyAdds) = (0, 0)
    func add(_ inputs: Int, _ outputs: Int, window: Int, side: Int) {
      parameters += inputs * outputs * window * window + 2 * outputs
      multiplyAdds += inputs * outputs * window * window * side * side
    }
    add(1, width, window: 3, side: side)
    for stage in 0..<3 {
      let outputs = width << stage
      let side = (side + (1 << stage) - 1) >> stage
      add(stage == 0 ? outputs : outputs / 2, outputs, window: 3, side: side)
      if stage > 0 && projections { add(outputs / 2, outputs, window: 1, side: side) }
      for _ in 1..<(depth - 2) / 3 { add(outputs, outputs, window: 3, side: side) }
    }
    let features = 4 * width
    return (parameters + 10 * features + 10, multiplyAdds + 10 * features)
  }

  /// The columns of the row that begins with a name.
  private func row(_ name: String, of output: String) throws -> [Substring] {
    let line = try #require(
      output.split(separator: "\n").first { $0.hasPrefix("\(name)  ") }, "\(output)")
    return line.matches(of: /\S+( \S+)*/).map(\.output.0)
  }

  @Test("parameters, work, steps and batches are those of the runs, and nothing is trained")
  func numbers() throws {
    let result = try runCommand([
      "run", "quickstart", "--dry-run", "--data", "synthetic", "--seeds", "2", "--threads", "1",
      "--set", "network.width=4", "--set", "dataset.imageSize=9", "--set", "batchSize=7",
      "--set", "schedule.iterations=1234", "--output", folder,
    ])
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    for depth in [20, 56] {
      let expected = count(depth: depth, width: 4, side: 9)
      for name in ["plain-\(depth)", "resnet-\(depth)"] {
        for label in [name, "\(name) seed 1"] {
          let row = try row(label, of: result.output)
          #expect(row.count == 7 && row[0] == label, "\(row)")
          #expect(row[1].replacing(",", with: "") == "\(expected.parameters)")
          let millions = (Double(expected.multiplyAdds) / 1e5).rounded() / 10
          #expect(row[2] == "\(millions) M")
          #expect(row[3] == "1,234" && row[4] == "7" && row[5].hasSuffix(" GB"))
        }
      }
    }
    #expect(result.output.contains("Images: synthetic at 9×9. Together about "))
    #expect(result.output.contains(" on 1 processor, ") && result.output.contains("Nothing was"))
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test("projections are counted, and what is not chosen is not told of")
  func projections() throws {
    let result = try runCommand([
      "run", "quickstart", "--dry-run", "--only", "resnet-20-B", "--set", "network.shortcut=B",
      "--output", folder,
    ])
    let row = try row("resnet-20-B", of: result.output)
    let expected = count(depth: 20, width: 8, side: 14, projections: true)
    #expect(row[1].replacing(",", with: "") == "\(expected.parameters)")
    #expect(row[3] == "250" && row[4] == "128" && row[6] != "0 s")
    let names = result.output.matches(of: /(plain|resnet)-\d+/).map(\.output.0)
    #expect(names == ["resnet-20"])
  }

  @Test("what is finished takes no time; records alone, without weights, are not")
  func finished() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = Experiment.quickstart.plans[0].runs()[0]
    #expect(run.network.name == "plain-20")
    let path = try writeRun(madeUpRecord(run), in: folder)
    let arguments = ["run", "quickstart", "--dry-run", "--only", "plain-20", "--output", folder]
    let open = try row("plain-20", of: try runCommand(arguments).output)
    #expect(open.count == 7 && open[6] != "0 s", "\(open)")
    _ = FileManager.default.createFile(atPath: "\(path)/checkpoint.safetensors", contents: Data())
    let done = try row("plain-20", of: try runCommand(arguments).output)
    #expect(done.count == 8 && done[6] == "0 s" && done[7] == "finished", "\(done)")
    #expect(open[..<6] == done[..<6])
    let expected = count(depth: 20, width: 8, side: 14)
    #expect(done[1].replacing(",", with: "") == "\(expected.parameters)" && done[2] == "2.1 M")
  }
}
