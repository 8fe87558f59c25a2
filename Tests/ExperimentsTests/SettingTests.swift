import Experiments
import Foundation
import Testing

@Suite("Settings")
struct SettingTests {
  private let runs = Experiment.catalog.flatMap { $0.plans }.flatMap { $0.runs(ofSeed: 0) }

  @Test("every setting of every run of the catalog can be written, and read as the same")
  func roundTrip() throws {
    for run in runs {
      var copy = RunConfiguration(
        network: NetworkConfiguration(.plain, depth: 8), dataset: DatasetConfiguration(.synthetic),
        schedule: LearningRateSchedule(base: 7, iterations: 3))
      for setting in Setting.catalog {
        // A run without a warm-up has no numbers of one.
        if setting.key.hasPrefix("schedule.warmUp."), run.schedule.warmUp == nil { continue }
        try setting.set(setting.value(in: run), in: &copy)
      }
      #expect(copy == run)
    }
  }

  @Test("keys are unique and are those of the run's own JSON")
  func keys() throws {
    let keys = Setting.catalog.map(\.key)
    #expect(Set(keys).count == keys.count)
    var run = runs[0]
    run.dataset = DatasetConfiguration(
      .synthetic, imageSize: 8, trainingImages: 100, heldOutImages: 10, evaluationImages: 10)
    run.schedule = LearningRateSchedule(
      base: 0.1, drops: [.init(at: 5)], warmUp: .init(), ramp: 2, annealing: .cosine,
      iterations: 9)
    run.recording = RecordingSchedule(perDecade: 3, lossInterval: 2)
    run.network.combination = .learnedScale
    run.network.stemStride = 1
    run.optimizer.clipping = 1
    run.optimizer.keepsNorms = true
    run.shards = 2
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(run))
    // A network can be named whole, and the paper's warm-up, too.
    #expect(Set(leaves(of: json)).union(["network", "schedule.warmUp"]) == Set(keys))
  }

  /// The keys of a JSON value that is no object itself, with dots between.
  private func leaves(of json: Any, in path: [String] = []) -> [String] {
    guard let object = json as? [String: Any] else { return [path.joined(separator: ".")] }
    return object.flatMap { leaves(of: $1, in: path + [$0]) }
  }

  @Test(
    "what is out of range is refused with the range, and changes nothing",
    arguments: [
      ("schedule.base", "-0.1"), ("schedule.base", "nan"), ("schedule.base", "inf"),
      ("schedule.base", "1e309"), ("schedule.base", ""), ("optimizer.momentum", "1"),
      ("batchSize", "0"), ("batchSize", "1.5"), ("batchSize", "99999999999999999999"),
      ("network.width", "0"), ("network.kind", "Plain"), ("dataset.imageSize", "3"),
      ("dataset.augmentation", "yes"), ("schedule.drops", "5,"), ("schedule.drops", "0"),
      ("schedule.drops", "5:0.1:2"), ("schedule.drops", "5:x"), ("schedule.annealing", "linear"),
      ("schedule.ramp", "0"), ("initialization", "normal(0)"), ("seed", "-1"),
      ("recording.interval", "0"), ("shards", "6"),
      ("shards", "0"), ("shards", "2048"), ("schedule.warmUp", "yes"),
      ("schedule.warmUp.window", "0"), ("schedule.warmUp.rate", "x"),
    ])
  func outOfRange(key: String, value: String) throws {
    let setting = try Setting.named(key)
    var run = runs[0]
    let error = #expect(throws: SettingError.self) { try setting.set(value, in: &run) }
    let sentence = try #require(error?.description)
    #expect(sentence.contains(key) && sentence.contains(setting.range))
    #expect(run == runs[0])
  }

  @Test("a network that there is none of is refused with its own reason")
  func networks() throws {
    #expect { try Assignment("network", "plain-21") } throws: { "\($0)".contains("6n+2") }
  }

  @Test("an unknown key gets the nearest one, a wild one none")
  func unknown() {
    #expect { try Assignment("schedule.bas", "1") } throws: { "\($0)".contains("“schedule.base”?") }
    #expect { try Assignment("qqqqqqqqqqqqqqq", "1") } throws: { !"\($0)".contains("Did you mean") }
    let long = String(repeating: "schedule.base", count: 100_000)
    #expect { try Assignment(long, "1") } throws: { !"\($0)".contains("Did you mean") }
  }

  @Test(
    "setting changes all runs, counts seeds from the one that is set, and keeps equal runs once")
  func assigned() throws {
    let changed = Experiment.quickstart.setting([
      try Assignment("network.depth", "20"), try Assignment("seed", "5"),
      try Assignment("initialization", "normal(0.01)"),
    ])
    let runs = changed.plans[0].runs(seeds: 2)
    #expect(runs.map(\.network.name) == ["plain-20", "resnet-20", "plain-20", "resnet-20"])
    #expect(runs.map(\.seed) == [5, 5, 6, 6])
    #expect(
      changed.arguments
        == "quickstart --set network.depth=20 --set seed=5 --set 'initialization=normal(0.01)'")
    #expect(Experiment.quickstart.setting([]).arguments == "quickstart")
  }

  @Test("drops are read with their factors")
  func drops() throws {
    var run = runs[0]
    try Setting.named("schedule.drops").set("10, 20:0.5", in: &run)
    #expect(run.schedule.drops == [.init(at: 10), .init(at: 20, factor: 0.5)])
    try Setting.named("schedule.drops").set("none", in: &run)
    #expect(run.schedule.drops.isEmpty)
  }
}

@Suite("Labels")
struct LabelTests {
  @Test("runs are called after their networks, and namesakes after what differs")
  func labels() throws {
    var runs = Experiment.quickstart.plans[0].runs(ofSeed: 0)
    #expect(runs.labels == ["plain-20", "resnet-20", "plain-56", "resnet-56"])
    runs[2].network.depth = 20
    runs[2].schedule.base = 0.05
    runs[2].initialization = .xavier
    #expect(
      runs.labels == [
        "plain-20 (base 0.1, he)", "resnet-20", "plain-20 (base 0.05, xavier)", "resnet-56",
      ])
    #expect([RunConfiguration]().labels.isEmpty)
  }

  @Test("of many namesakes the first is the one that the others differ from")
  func many() throws {
    let labels = try #require(Experiment.ladder.plan(at: .minutes)).runs(ofSeed: 0).labels
    #expect(
      labels == [
        "plain-20", "plain-56", "plain-56 (ramp 117)", "plain-56 (clipping 1)",
        "plain-56 (base 0.01)", "plain-56 (keepsNorms true)", "plain-56-tanh", "plain-56-no-bn",
        "plain-56-no-bn-tanh", "resnet-56 (ramp none)", "resnet-56 (ramp 117)",
        "plain-56 (iterations 3510)",
        "plain-56 (xavier)", "plain-56 (width 8)",
      ])
    // Those that differ in one thing alone all have it.
    let regimes = try #require(Experiment.regimes.plan(at: .minutes)).runs(ofSeed: 0).labels
    #expect(regimes.contains("plain-20 (he)") && regimes.contains("plain-20 (xavier)"))
  }

  @Test("seeds but for the first are named where there are several")
  func seeds() {
    let runs = Experiment.degradation.plans[0].runs(seeds: 2)
    #expect(runs.namesWithSeeds == ["plain-20", "plain-56", "plain-20 seed 1", "plain-56 seed 1"])
    #expect([runs[3]].namesWithSeeds == ["plain-56"])
  }
}
