import Experiments
import Findings
import Records
import SampleRecords
import Testing

@Suite("Runs of one network are a group")
struct GroupTests {
  private func names(_ records: [RunRecord]) -> [String] { records.groups.map(\.name) }

  @Test("runs that differ in their seeds alone are together, whoever trained them")
  func seeds() {
    let others = ["0", "1", "7"].map { recordedRun(conditions: ["seed": $0, "rate": "0.1"]) }
    #expect(names(others) == ["net"] && others.groups[0].records.count == 3)
    #expect(others.map(\.seed) == [0, 1, 7] && recordedRun().seed == nil)
    let own = (0..<2).map { madeUpRecord(sampleConfiguration(seed: $0)) }
    #expect(names(own) == ["plain-8"] && own.groups[0].records.count == 2)
  }

  @Test("others' runs are told apart by the conditions in which they differ, and by those alone")
  func conditions() {
    let all = ["0.1", "0.01"].flatMap { rate in
      ["0", "1"].map { recordedRun(conditions: ["rate": rate, "seed": $0, "optimizer": "SGD"]) }
    }
    #expect(names(all) == ["net (rate 0.1)", "net (rate 0.01)"])
    let silent = recordedRun(conditions: ["optimizer": "SGD"])
    #expect(names([all[0], silent]) == ["net (rate 0.1)", "net (rate unknown)"])
    #expect(names([all[0], recordedRun("other")]) == ["net", "other"])
  }

  @Test("namesakes that say the same of themselves and have other layers are counted")
  func namesakes() {
    let all = [[1], [1, 2], [1, 2, 3]].map { recordedRun(layers: recordedLayers(stages: $0)) }
    #expect(names(all) == ["net", "net #2", "net #3"])
  }

  @Test("the deepest are those of each role; of networks without a role all count")
  func deepest() {
    let runs = Comparison([
      recordedRun("a", depth: 3), recordedRun("b", depth: 5),
      recordedRun("p", role: .plain, depth: 8), recordedRun("q", role: .plain, depth: 14),
      recordedRun("r", role: .residual, depth: 8),
    ])
    #expect(runs.deepest.map(\.name) == ["q", "r", "a", "b"])
    #expect(runs.depths == [3, 5, 8, 14] && runs.greatestDepth == 14)
    #expect(runs.group(.plain, depth: 8)?.name == "p" && runs.group(.none, depth: 8) == nil)
  }

  @Test("the most seeds that a network has are counted")
  func seedCount() {
    let runs = Comparison([
      recordedRun("a", conditions: ["seed": "0"]), recordedRun("a", conditions: ["seed": "1"]),
      recordedRun("b", conditions: ["seed": "0"]),
    ])
    #expect(runs.seedCount == 2 && runs.bandRemark.contains("over 2 seeds"))
    #expect(runs.geometricBandRemark.contains("n = 2"))
    #expect(Comparison([recordedRun()]).bandRemark.isEmpty)
  }

  @Test(
    "which of two networks ends higher is said, unless no digit that is shown tells",
    arguments: [
      (40.2, "ends at 40.2 %, 0.2 points above that"), (39.8, "at 39.8 %, 0.2 points below that"),
      (40.04, "ends at 40.0 %, as high as that"), (.nan, "deep or shallow diverged."),
    ] as [(Double, String)])
  func comparison(error: Double, words: String) {
    var (deep, shallow) = (recordedRun("deep", depth: 9), recordedRun("shallow"))
    deep.end(at: error)
    shallow.end(at: 40)
    let groups = [deep, shallow].groups
    let sentence = Comparison([deep, shallow]).comparison(deeper: groups[0], shallower: groups[1])
    #expect(sentence.contains(words), "\(sentence)")
  }

  @Test("moments are evenly spread in their order of magnitude")
  func moments() {
    var run = recordedRun(layers: recordedLayers(stages: [1]))
    for step in [0, 1, 10, 50, 100] { run.addGradients(at: step, [1]) }
    #expect(Comparison([run]).moments(3) == [0, 10, 100])
    #expect(Comparison([run]).moments(2) == [0, 100])
  }

  @Test("the doctor's verdicts on several seeds are all named")
  func verdicts() {
    let runs = [[1e3, 1, 1], [1, 1e3, 1], [1, 1, 1]].enumerated().map { seed, norms in
      var run = recordedRun(
        layers: recordedLayers(stages: [1, 1, 2]), conditions: ["seed": "\(seed)"])
      run.addGradients(at: 0, norms)
      return run
    }
    #expect(runs.groups[0].verdicts(at: 0) == "explodes or healthy or vanishes")
    #expect(runs.groups[0].verdicts(at: 1) == "none")
  }

  @Test("runs of any program have names, told apart by their seeds")
  func names() throws {
    let own = Experiment.quickstart.plans[0].runs(seeds: 2).prefix(5).map { madeUpRecord($0) }
    let other = RunRecord(
      RunDescription(
        recorded: .init(name: "encoder", role: .none, depth: 2), layers: [], conditions: [:],
        context: RunContext(version: "1")))
    #expect(
      (own + [other]).names == [
        "plain-20", "resnet-20", "plain-56", "resnet-56", "plain-20 seed 1", "encoder",
      ])
    #expect([other].names == ["encoder"] && [RunRecord]().names.isEmpty)
  }
}
