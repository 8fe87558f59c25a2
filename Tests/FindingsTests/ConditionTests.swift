import Experiments
import Findings
import Records
import SampleRecords
import Testing

@Suite("Captions name the conditions")
struct ConditionTests {
  private func own(
    _ change: (inout RunConfiguration) -> Void, seed: UInt64 = 0
  ) -> RunRecord {
    var run = sampleConfiguration(seed: seed)
    run.schedule.iterations = 100
    change(&run)
    var record = RunRecord(configuration: run, context: .madeUp)
    record.end(at: 1, step: 50, epoch: 2)
    return record
  }

  @Test("what is shared by all is said, and of the rest that there are several")
  func shared() {
    let first = own {
      $0.schedule.ramp = 5
      $0.schedule.annealing = .cosine
    }
    let caption = Comparison([first]).caption()
    #expect(
      caption.contains(
        "Synthetic patterns, 2–8 filters, batch \(first.configuration.batchSize), "
          + "4 epochs (100 steps), learning rate 0.1, reached over 5 steps and brought to zero "
          + "along a cosine, one seed."), "\(caption)")
    let dropping = own { $0.schedule.drops = [.init(at: 50), .init(at: 75)] }
    let both = Comparison([first, dropping]).caption()
    #expect(both.contains("several learning rates") && both.contains("4 epochs"), "\(both)")
    #expect(Comparison([dropping]).caption().contains("0.1 with drops at 50 and 75 steps, "))
    let wide = own { $0.network.width = 4 }
    #expect(Comparison([first, wide]).caption().contains(", several widths, "))
  }

  @Test("where evaluations are shown, so is how far chance moves them")
  func precision() {
    func run(_ error: Double) -> RunRecord {
      var record = own {
        $0.dataset = DatasetConfiguration(.cifar10, heldOutImages: 5000)
        $0.network.depth = error < 20 ? 20 : 32
      }
      record.evaluations = [
        EvaluationRow(step: 100, epoch: 4, trainingError: 1, evaluationError: error)
      ]
      return record
    }
    // √(0.1·0.9/5000) and √(0.5·0.5/5000), in points.
    func caption(_ errors: Double...) -> String {
      Comparison(errors.map(run)).caption(showsEvaluation: true)
    }
    #expect(caption(10, 50).contains(", standard error 0.4 to 0.7 points."), "\(caption(10, 50))")
    #expect(caption(10).contains(", standard error 0.4 points."))
    let few = own { $0.dataset = DatasetConfiguration(.cifar10, evaluationImages: 20) }
    var (good, bad) = (few, few)
    good.evaluations = [
      EvaluationRow(step: 100, epoch: 4, trainingError: 1, evaluationError: 25)
    ]
    bad.evaluations = [
      EvaluationRow(step: 100, epoch: 4, trainingError: 1, evaluationError: 50)
    ]
    // √(0.25·0.75/20) and √(0.5·0.5/20).
    let wide = Comparison([good, bad]).caption(showsEvaluation: true)
    #expect(wide.contains(", standard error 9.7 to 11.2 points."), "\(wide)")
    #expect(!caption(.nan).contains("standard error"))
    #expect(!Comparison([run(10)]).caption().contains("standard error"))
  }

  @Test("a shortened recipe of the paper says so, and who begins at a smaller rate")
  func recipes() {
    func caption(_ changes: (inout RunConfiguration) -> Void...) -> String {
      Comparison(
        changes.map { change in
          own { run in
            run = .study(.plain, depth: 20, at: .night, seed: 0)
            change(&run)
          }
        }
      ).caption()
    }
    let night = caption { _ in }
    #expect(night.contains("(16,000 steps, a quarter of the paper’s), learning rate"), "\(night)")
    let paper = caption { $0.schedule = .paper }
    #expect(paper.contains("(64,000 steps, as in the paper), learning rate"), "\(paper)")
    for other: (inout RunConfiguration) -> Void in [
      { $0.schedule.drops = [] }, { $0.batchSize = 64 }, { $0.dataset.imageSize = 16 },
      { $0.schedule.ramp = 5 }, { $0.dataset.augmentation = false }, { $0.schedule.iterations = 9 },
    ] {
      #expect(!caption(other).contains("the paper"))
    }
    let deep = caption({ _ in }, { $0 = .study(.plain, depth: 110, at: .night, seed: 0) })
    #expect(deep.contains("a quarter of the paper’s"))
    #expect(
      deep.contains(", 110 layers begun at 0.01 until the training error is below 80 %, "),
      "\(deep)")
  }

  @Test("filters are those of the first and the last stage of each family")
  func filters() {
    let network = NetworkConfiguration(.plain, depth: 18, width: 2, family: .imageNet)
    #expect(Comparison([own { $0.network = network }]).caption().contains(" 2–16 filters"))
    var layers = recordedLayers(stages: [0, 1, 2], filters: [4, 16, nil])
    let projection = LayerPlace(index: 2, name: "shortcut", stage: 1, path: .shortcut)
    layers.append(RunDescription.Layer(projection, kind: "", parameters: 1, filters: 64))
    #expect(Comparison([recordedRun(layers: layers)]).caption() == "4–16 filters, one seed.")
    #expect(Comparison([recordedRun()]).caption() == "One seed.")
  }

  @Test("of other programs' runs their conditions stand there, but for seeds, which are counted")
  func recorded() {
    func run(_ rate: String, _ seed: String) -> RunRecord {
      recordedRun(conditions: ["optimizer": "Adam", "rate": rate, "seed": seed])
    }
    #expect(
      Comparison([run("1", "0"), run("1", "1")]).caption() == "Optimizer Adam, rate 1, 2 seeds.")
    #expect(
      Comparison([run("1", "0"), run("2", "1")]).caption()
        == "Optimizer Adam, different: rate, one seed.")
    // What is not said of all does not hold for all.
    let mixed = Comparison([own { _ in }, run("1", "0")]).caption()
    #expect(mixed.contains("Different: ") && !mixed.contains("batch"), "\(mixed)")
  }

  @Test("where networks have not equally many seeds, those with the most come first")
  func seeds() {
    func run(_ depth: Int, _ seed: Int) -> RunRecord {
      recordedRun("net-\(depth)", depth: depth, conditions: ["seed": "\(seed)"])
    }
    let runs = [run(5, 0), run(8, 0), run(8, 1), run(3, 0)]
    #expect(Comparison(runs).caption() == "2 seeds of 8 layers, one seed of 3 and 5 layers.")
    // Where depth does not tell them apart their names do, or nothing.
    func other(_ name: String, _ seed: Int) -> RunRecord {
      recordedRun(name, depth: 8, conditions: ["seed": "\(seed)"])
    }
    let changed = [run(8, 0), run(8, 1), other("one", 0), other("two", 0)]
    #expect(
      Comparison(changed).caption() == "2 seeds of net-8, one seed of the others.")
    #expect(
      Comparison([run(8, 0), run(8, 1), other("one", 0)]).caption()
        == "2 seeds of net-8, one seed of one.")
    #expect(
      Comparison(changed + [other("two", 1), run(5, 0)]).caption()
        == "2 seeds of net-8 and two, one seed of one and 5 layers.")
    // A depth whose twin is missing is not called by its number.
    func role(_ role: RunGroup.Role, _ depth: Int, _ seed: Int = 0) -> RunRecord {
      var record = run(depth, seed)
      record.run.subject = .init(name: "\(role.rawValue)-\(depth)", role: role, depth: depth)
      return record
    }
    let alone = [
      role(.plain, 3), role(.residual, 3), role(.plain, 5), role(.residual, 5),
      role(.residual, 6), role(.plain, 8), role(.residual, 8), role(.residual, 8, 1),
    ]
    #expect(
      Comparison(alone).caption()
        == "2 seeds of residual-8, one seed of residual-6, plain-8, 3 and 5 layers.")
    let many = ["three", "four"].map { other($0, 0) }
    #expect(Comparison(changed + [other("two", 1)] + many).caption() == "1 to 2 seeds.")
    // A band is of as many seeds as its network has.
    #expect(Comparison(runs + [run(8, 2), run(5, 1)]).bandRemark.contains(" over 2 or 3 seeds."))
  }

  @Test("steps of other programs are as far apart, and as many, as they say")
  func steps() {
    var run = recordedRun()
    run.steps = [0, 10, 20].map { StepRow(step: $0, loss: 1, error: 1, learningRate: 1) }
    #expect(run.lossInterval == 10 && run.iterations == 21)
    run.steps = []
    #expect(run.lossInterval == 1 && run.iterations == 1)
  }
}
