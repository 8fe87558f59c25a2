import Experiments
import Testing

@Suite("Configurations")
struct ConfigurationTests {
  private let run = Experiment.quickstart.plans[0].runs(seeds: 1)[0]

  @Test("equal configurations have one name, and any change gives another")
  func names() {
    var names: Set<String> = [run.runName]
    #expect(run.runName == Experiment.quickstart.plans[0].runs(seeds: 1)[0].runName)
    let changes: [(inout RunConfiguration) -> Void] = [
      { $0.network.depth = 32 }, { $0.network.width = 9 }, { $0.network.kind = .residual },
      { $0.network.normalization = .none }, { $0.network.activation = .tanh },
      { $0.dataset.imageSize = nil }, { $0.dataset.augmentation = false },
      { $0.dataset.trainingImages = 5 }, { $0.dataset.heldOutImages = 5 },
      { $0.schedule.base = 0.2 },
      { $0.schedule.drops = [.init(at: 1)] }, { $0.schedule.warmUp = .init() },
      { $0.schedule.iterations += 1 }, { $0.optimizer.momentum = 0 },
      { $0.initialization = .normal(deviation: 0.01) }, { $0.recording.interval = 3 },
      { $0.batchSize = 1 }, { $0.seed = 9 },
    ]
    for change in changes {
      var changed = run
      change(&changed)
      names.insert(changed.runName)
    }
    #expect(names.count == changes.count + 1)
  }

  @Test("names of runs that have been published do not change")
  func published() throws {
    let hours = try #require(Experiment.depthSweep.plan(at: .hours)).runs(ofSeed: 0)
    #expect(run.runName == "plain-20-fashion-mnist-s0-87dc803d")
    #expect(hours[0].runName == "plain-20-cifar-10-s0-7e4d4ef6")
    let night = RunConfiguration.study(.plain, depth: 20, at: .night, seed: 0)
    #expect(night.runName == "plain-20-cifar-10-s0-4af41704")
  }

  @Test("a run's name is fit to name a folder")
  func folders() {
    #expect(run.runName.wholeMatch(of: #/plain-20-fashion-mnist-s0-[0-9a-f]{8}/#) != nil)
  }

  @Test("only 6n+2 layers make a network", arguments: [(8, 1), (20, 3), (56, 9), (1202, 200)])
  func depths(depth: Int, blocks: Int) {
    #expect(NetworkConfiguration(.plain, depth: depth).blocksPerStage == blocks)
    for wrong in [depth + 1, depth - 1, 2, 0, -4] {
      #expect(NetworkConfiguration(.plain, depth: wrong).blocksPerStage == nil)
    }
  }

  @Test("initializations are written and read")
  func initializations() {
    for scheme in [Initialization.he, .xavier, .normal(deviation: 0.01), .normal(deviation: 1e-9)] {
      #expect(Initialization(rawValue: scheme.rawValue) == scheme)
    }
    for wrong in ["", "He", "normal", "normal()", "normal(-1)", "normal(0)", "normal(inf)", "x"] {
      #expect(Initialization(rawValue: wrong) == nil)
    }
  }
}

@Suite("Schedules")
struct ScheduleTests {
  @Test("the paper's rate drops at 32,000 and 48,000 iterations, not one before")
  func drops() {
    let schedule = LearningRateSchedule.paper
    #expect(schedule.rate(at: 0) == 0.1 && schedule.rate(at: 31_999) == 0.1)
    #expect(abs(schedule.rate(at: 32_000) - 0.01) < 1e-12)
    #expect(abs(schedule.rate(at: 63_999) - 0.001) < 1e-12)
  }

  @Test("warming up has its own rate, whatever the iteration")
  func warmUp() {
    var schedule = LearningRateSchedule.paper
    #expect(schedule.rate(at: 5, warmedUp: false) == 0.1)
    schedule.warmUp = .init()
    #expect(schedule.rate(at: 40_000, warmedUp: false) == 0.01)
    #expect(schedule.rate(at: 5, warmedUp: true) == 0.1)
  }

  @Test("a ramp rises in equal steps to the base, and a cosine falls from it to zero")
  func smooth() {
    let schedule = LearningRateSchedule(
      base: 0.2, ramp: 4, annealing: .cosine, iterations: 1000)
    #expect(abs(schedule.rate(at: 0) - 0.05) < 1e-12)
    #expect(abs(schedule.rate(at: 1) / schedule.rate(at: 0) - 2) < 1e-4)
    #expect(abs(schedule.rate(at: 500) - 0.1) < 1e-12)
    #expect(schedule.rate(at: 999) > 0 && schedule.rate(at: 999) < 1e-6)
    let rates = (4..<1000).map { schedule.rate(at: $0) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("so many steps of every tenfold are recorded")
  func decades() {
    let schedule = RecordingSchedule(dense: 0, interval: 100_000, perDecade: 4)
    let recorded = (0..<10_001).filter { schedule.recordsGradients(at: $0, of: 10_001) }
    #expect(
      recorded == [
        0, 1, 2, 4, 6, 10, 18, 32, 57, 100, 178, 317, 563, 1000, 1779, 3163, 5624, 10_000,
      ])
  }

  @Test("losses of every so many steps are kept, and the last")
  func losses() {
    let schedule = RecordingSchedule(lossInterval: 4)
    #expect((0..<11).filter { schedule.keepsLoss(of: $0, of: 11) } == [0, 4, 8, 10])
    #expect((0..<11).allSatisfy { RecordingSchedule().keepsLoss(of: $0, of: 11) })
  }

  @Test("the first steps and the last are recorded, and those between at the interval")
  func recording() {
    let schedule = RecordingSchedule(dense: 3, interval: 5, evaluationInterval: 4)
    let recorded = (0..<13).filter { schedule.recordsGradients(at: $0, of: 13) }
    #expect(recorded == [0, 1, 2, 5, 10, 12])
    #expect((1...13).filter { schedule.evaluates(after: $0, of: 13) } == [4, 8, 12, 13])
    #expect(schedule.recordsGradients(at: 0, of: 1) && schedule.evaluates(after: 1, of: 1))
  }
}
