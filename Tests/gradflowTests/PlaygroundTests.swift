import Experiments
import Explorer
import Foundation
import Records
import Testing

@testable import gradflow

@Suite("The playground", .serialized)
struct PlaygroundTests {
  private let output = NSTemporaryDirectory() + "gradflow-played-\(UUID().uuidString)"

  private struct State: Decodable {
    struct Play: Decodable {
      let status: String
      let step: Int
      let runs: [String]
      let message: String?
      let command: String?
    }
    let play: Play
  }

  private func state(of playground: TwinPlayground) throws -> State.Play {
    try JSONDecoder().decode(State.self, from: Data(playground.state.utf8)).play
  }

  private func take(
    _ playground: TwinPlayground, _ action: String, _ setup: PlaySetup? = nil
  ) async throws {
    struct Command: Encodable {
      let action: String
      let setup: PlaySetup?
    }
    let command = try JSONEncoder().encode(Command(action: action, setup: setup))
    _ = try await playground.take(Array(command))
  }

  /// Asks until it is as wanted.
  private func wait(
    _ playground: TwinPlayground, _ what: String, until isSo: (State.Play) -> Bool
  ) async throws {
    for _ in 0..<3000 {
      if isSo(try state(of: playground)) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it was never \(what): \(playground.state)")
  }

  private func withPlayground(_ body: (TwinPlayground) async throws -> Void) async throws {
    let playground = TwinPlayground(threads: 2, data: nil, output: output)
    playground.isWatched = true
    do {
      try await body(playground)
    } catch {
      playground.close()
      throw error
    }
    let scratch = playground.folder.store.output
    playground.close()
    #expect(!FileManager.default.fileExists(atPath: scratch))
    try? FileManager.default.removeItem(atPath: output)
  }

  private let small = PlaySetup(
    networks: [.init(name: "plain-8", width: 2), .init(name: "resnet-8", width: 2)],
    settings: ["dataset.name": "synthetic", "batchSize": "16"])

  @Test("it steps once, runs, pauses, keeps what it did, and begins anew")
  func buttons() async throws {
    try await withPlayground { playground in
      #expect(try state(of: playground).status == "idle")
      try await take(playground, "step")
      try await take(playground, "keep")
      try await take(playground, "reset", small)
      try await take(playground, "step")
      try await wait(playground, "at step 1") { $0.step == 1 }
      #expect(try state(of: playground).status == "paused")
      try await take(playground, "run")
      try await wait(playground, "at step 5") { $0.step >= 5 }
      try await take(playground, "keep")
      try await wait(playground, "kept") { $0.message?.hasPrefix("Kept as") == true }
      let kept = try state(of: playground)
      #expect(
        kept.status == "paused"
          && kept.command == "gradflow run \(output)/explore/played-plain-8-and-resnet-8.yaml")
      let names = RecordStore(output: output).folders().map(\.name)
      #expect(names.count == 2 && names.allSatisfy { kept.message?.contains($0) == true })
      for folder in RecordStore(output: output).folders() {
        #expect(try folder.record().gradients.steps == Array(0..<kept.step))
      }
      try await take(playground, "reset", small)
      try await wait(playground, "new") { $0.step == 0 && $0.status == "paused" }
      try await take(playground, "end")
      try await wait(playground, "idle") { $0.status == "idle" }
    }
  }

  @Test("the command that it shows trains the same, to the byte")
  func command() async throws {
    try await withPlayground { playground in
      try await take(playground, "reset", small)
      for _ in 0..<3 { try await take(playground, "step") }
      try await wait(playground, "at step 3") { $0.step == 3 }
      try await take(playground, "keep")
      try await wait(playground, "kept") { $0.command != nil }
      let again = output + "-again"
      defer { try? FileManager.default.removeItem(atPath: again) }
      let words = try #require(state(of: playground).command).split(separator: " ").dropFirst()
      let (status, _, error) = try runCommand(
        words.map(String.init) + ["--output", again, "--threads", "2"])
      #expect(status == 0, "\(error)")
      for folder in RecordStore(output: output).folders() {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.count >= 6)
        for file in files where file != "timing.json" {
          let (one, other) = ("\(folder.path)/\(file)", "\(again)/runs/\(folder.name)/\(file)")
          #expect(FileManager.default.contentsEqual(atPath: one, andPath: other), "\(file)")
        }
      }
    }
  }

  @Test("what cannot be trained is said at once, and changes nothing")
  func faults() async throws {
    try await withPlayground { playground in
      try await take(playground, "reset", small)
      try await take(playground, "step")
      try await wait(playground, "at step 1") { $0.step == 1 }
      var wrong = small
      wrong.networks[1].name = "resnet-9"
      await #expect(throws: PlayFault.self) { try await take(playground, "reset", wrong) }
      await #expect(throws: PlayFault.self) { try await take(playground, "reset") }
      await #expect(throws: PlayFault.self) { try await take(playground, "explode") }
      #expect(try state(of: playground).step == 1)
    }
  }

  @Test("without images it says where they could come from")
  func images() async throws {
    let playground = TwinPlayground(threads: 1, data: output, output: output)
    playground.isWatched = true
    defer { playground.close() }
    #expect(playground.images == "synthetic")
    var setup = small
    setup.settings["dataset.name"] = "fashion-mnist"
    try await take(playground, "reset", setup)
    try await wait(playground, "told") { $0.message?.contains("gradflow data download") == true }
    #expect(try state(of: playground).status == "idle")
    try await take(playground, "reset", small)
    try await wait(playground, "going") { $0.status == "paused" }
  }

  @Test("it ends by itself when nobody watches")
  func unwatched() async throws {
    try await withPlayground { playground in
      try await take(playground, "reset", small)
      try await take(playground, "run")
      try await wait(playground, "running") { $0.step > 1 }
      playground.isWatched = false
      try await wait(playground, "over") { $0.status == "idle" }
    }
  }

  /// What is to be looked for is there, on drawn patterns with another seed, too.
  @Test("its stories tell what happens", arguments: [1])
  func stories(seed: Int) async throws {
    try await withPlayground { playground in
      for story in PlayStory.all {
        var setup = story.setup
        setup.settings["dataset.name"] = "synthetic"
        setup.settings["seed"] = "\(seed)"
        try await take(playground, "reset", setup)
        try await take(playground, "run")
        try await wait(playground, "at step 21") { $0.step >= 21 }
        try await take(playground, "pause")
        // What was done a moment ago may not be written yet.
        try await wait(playground, "written") { state in
          written(state, by: playground).allSatisfy { $0.gradients.steps.contains(20) }
        }
        let records = written(try state(of: playground), by: playground)
        let (one, other) = (Told(records[0]), Told(records[1]))
        switch story.title {
        case PlayStory.sameWithoutShortcuts.title:
          #expect(one.losses(15...20) > other.losses(15...20))
          #expect(one.norms(at: 0)[0] > other.norms(at: 0)[0])
        case PlayStory.flood.title:
          #expect(one.ratio(at: 0) > 50 && other.ratio(at: 0) < 10)
          #expect(one.ratio(at: 20) < one.ratio(at: 0) / 50)
        case PlayStory.zeros.title:
          #expect(one.norms(at: 0).allSatisfy { $0 == 0 })
          #expect(other.norms(at: 0).allSatisfy { $0 > 0 })
        case PlayStory.sigmoids.title:
          #expect(one.ratio(at: 0) < 1e-11)
          #expect((0.1...10).contains(other.ratio(at: 0)))
        default:
          let losses = one.record.steps[...20].map(\.loss)
          #expect(losses[0] > 5 && losses.contains { !$0.isFinite || $0 > 10 * losses[0] })
          #expect(other.record.steps[20].loss.isFinite)
        }
      }
    }
  }

  private func written(_ state: State.Play, by playground: TwinPlayground) -> [RunRecord] {
    state.runs.compactMap {
      try? RunFolder("\(playground.folder.store.output)/runs/\($0.dropFirst(5))").record()
    }
  }

  /// The numbers that stories are about.
  private struct Told {
    let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    /// Of the weights' gradients of the main path, in forward order.
    func norms(at step: Int) -> [Double] {
      record.gradients.rows(at: step).filter { $0.kind == .weight && $0.layer.path == .main }
        .map(\.l2)
    }

    /// First ÷ last layer before the classifier.
    func ratio(at step: Int) -> Double {
      let norms = norms(at: step)
      return norms[0] / norms[norms.count - 2]
    }

    func losses(_ steps: ClosedRange<Int>) -> Double {
      record.steps.filter { steps.contains($0.step) }.map(\.loss).reduce(0, +)
    }
  }
}
