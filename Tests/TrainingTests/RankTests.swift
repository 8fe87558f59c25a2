import Collective
import Datasets
import Experiments
import Foundation
import Records
import Tensors
import Testing
import ThreadedRanks

@testable import Training

@Suite("Ranks train one network together")
struct RankTests {
  private let output = NSTemporaryDirectory() + "gradflow-ranks-\(UUID().uuidString)"

  private func run(_ name: String, steps: Int = 7) throws -> RunConfiguration {
    var run = smallRun(steps: steps)
    run.network = try NetworkConfiguration(named: name)
    run.network.width = 4
    run.dataset.augmentation = true
    run.dataset.evaluationImages = 70
    run.schedule.warmUp = LearningRateSchedule.WarmUp(untilErrorBelow: 95, window: 3)
    run.shards = 8
    return run
  }

  private func expectSame(_ run: RunConfiguration, _ one: String, _ other: String) throws {
    let (expected, found) = (try files(of: run, in: one), try files(of: run, in: other))
    #expect(expected.keys.sorted() == found.keys.sorted() && expected.count >= 7)
    for (name, bytes) in expected { #expect(found[name] == bytes, "\(name) in \(other)") }
  }

  @Test(
    "and leave the same bytes, in records and final weights, however many they are",
    arguments: [
      "plain-8", "resnet-8", "resnet-8-B-preact", "resnet-8-gate2", "resnet-8-dropout0.5",
      "resnet-8-no-bn-fixup",
    ])
  func bytes(name: String) throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    var run = try run(name)
    run.optimizer.clipping = 0.5
    for ranks in [1, 2, 4, 8] {
      #expect(try trainOnRanks(ranks, run, output: "\(output)/\(ranks)").allSatisfy(\.self))
      try expectSame(run, "\(output)/1", "\(output)/\(ranks)")
    }
  }

  @Test(
    "stop after the same step when one is asked to, and others, more or fewer, go on from there")
  func continuing() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = try run("resnet-8", steps: 12)
    _ = try trainOnRanks(1, run, output: "\(output)/whole")
    let stopped = "\(output)/stopped"
    #expect(try trainOnRanks(4, run, output: stopped, stop: 3) == [false, false, false, false])
    // The number of times that it was asked counts from its own beginning.
    #expect(
      RecordStore(output: stopped).interruptedStep(run) == 3
        && RecordStore(output: stopped).runNames().isEmpty)
    #expect(try trainOnRanks(2, run, output: stopped).allSatisfy(\.self))
    try expectSame(run, "\(output)/whole", stopped)
  }

  @Test(
    "what fails on rank 0 ends all of them, at once or later, and it alone has a reason",
    arguments: [true, false])
  func failing(atOnce: Bool) throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    // A file where the folder of records should be.
    if atOnce { try Data().write(to: URL(fileURLWithPath: output)) }
    let run = try run("plain-8")
    let reasons = try ThreadedRank.run(4) { rank -> String? in
      let images = try PreparedDataset.load(run.dataset, from: nil)
      let context = RunContext(
        version: "0", oneDNN: "", threads: 1, datasetSHA256: images.sha256, evaluationSet: "")
      do {
        _ = try carryOut(
          run, on: images, engine: Engine(threads: 1), context: context, output: output,
          collective: rank, safekeeping: Safekeeping(interval: .zero)
        ) { progress in
          guard progress.step == 3 else { return }
          try? FileManager.default.removeItem(atPath: "\(output)/runs")
        }
        return "nothing failed"
      } catch let failure as SharedFailure {
        return failure.reason.map { "\($0)" }
      }
    }
    #expect(reasons[0]?.contains(output) == true && reasons[1...].allSatisfy { $0 == nil })
  }

  @Test("begin as rank 0 does; a weight that differs later is noticed by all")
  func differences() throws {
    let run = try run("plain-8")
    let told = try ThreadedRank.run(4) { rank -> [String] in
      var own = run
      own.seed = rank.rank == 2 ? 7 : 0
      let images = try PreparedDataset.load(own.dataset, from: nil)
      let trainer = Trainer(
        own, dataset: images, engine: try Engine(threads: 1), collective: rank)
      func complaint() -> String {
        do {
          try trainer.requireEqualState()
          return "equal"
        } catch {
          return error.description
        }
      }
      let before = complaint()
      trainer.followFirst()
      return [before, complaint()]
    }
    for words in told {
      #expect(words[0].contains("weights of plain-8 on rank 2 are not those of rank 0"))
      #expect(words[1] == "equal")
    }
  }

  @Test("save no state whose weights differ: the one before stays to be continued from")
  func unequal() throws {
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = try run("plain-8")
    let reasons = try ThreadedRank.run(2) { rank -> String? in
      let images = try PreparedDataset.load(run.dataset, from: nil)
      let context = RunContext(
        version: "0", oneDNN: "", threads: 1, datasetSHA256: images.sha256, evaluationSet: "")
      var own = run
      // The same gradient moves its weights elsewhere.
      if !rank.isFirst { own.schedule.base = 0.2 }
      do {
        _ = try carryOut(
          own, on: images, engine: Engine(threads: 1), context: context, output: output,
          collective: rank, safekeeping: Safekeeping(interval: .zero)
        ) { _ in }
        return "nothing failed"
      } catch let failure as SharedFailure {
        return failure.reason.map { "\($0)" }
      }
    }
    #expect(reasons.contains { $0?.contains("weights of plain-8") == true }, "\(reasons)")
    // Until the warm-up is over, all learn at its rate.
    #expect(RecordStore(output: output).interruptedStep(run) == 3)
  }
}
