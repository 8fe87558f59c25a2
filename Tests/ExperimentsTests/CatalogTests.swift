import Experiments
import Testing

@Suite("The catalog")
struct CatalogTests {
  @Test("names are unique and lead to their experiments")
  func names() {
    let names = Experiment.catalog.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { Experiment.named($0)?.name == $0 })
    #expect(Experiment.named("quickstrat") == nil)
  }

  @Test("every run of a plan is a run of its own, of a network that there is")
  func runs() {
    for experiment in Experiment.catalog {
      for plan in experiment.plans {
        let runs = plan.runs(seeds: 2)
        #expect(Set(runs.map(\.runName)).count == runs.count && !runs.isEmpty)
        #expect(runs.allSatisfy { $0.network.problem == nil })
      }
    }
  }

  @Test("where pairs are compared every run has its twin, the same but for its shortcuts")
  func pairs() {
    let others = ["degradation", "two-defendants"]
    let unpaired = others + ["ladder", "surgery", "lesions", "paths", "shattering", "surface"]
    for experiment in Experiment.catalog where !unpaired.contains(experiment.name) {
      for plan in experiment.plans {
        let runs = plan.runs(seeds: 2)
        for run in runs {
          let twins = runs.filter { other in
            var twin = run
            twin.network.kind = other.network.kind
            // A plain network has none of either kind.
            twin.network.shortcut = other.network.shortcut
            return other.network.kind != run.network.kind && other == twin
          }
          // The paper has no plain network of 110 layers, and its figure 7 none at any budget.
          let isAlone =
            (plan.budget == .paper || experiment.name == "layer-responses")
            && run.network.depth == 110
          #expect(twins.count == (isAlone ? 0 : 1), "\(experiment.name), \(run.network.name)")
        }
      }
    }
    // The plain networks of the others are those of the pairs.
    for name in others {
      for plan in Experiment.named(name)?.plans ?? [] {
        let twins = Experiment.pairedTwins.plan(at: plan.budget)?.runs(ofSeed: 0) ?? []
        let runs = plan.runs(ofSeed: 0).filter { $0.network.normalization == .batch }
        #expect(runs.allSatisfy(twins.contains) && runs.count >= 2, "\(name), \(plan.budget)")
      }
    }
  }

  @Test("budgets come in order, the first within two minutes")
  func budgets() {
    for experiment in Experiment.catalog {
      let budgets = experiment.plans.map(\.budget)
      #expect(budgets.first == .seconds && budgets == budgets.sorted())
      #expect(Set(budgets).count == budgets.count)
    }
    #expect(Experiment.quickstart.plan(at: .paper) == nil)
  }

  @Test("what two experiments both ask for is the same run")
  func shared() throws {
    let sweep = try #require(Experiment.depthSweep.plan(at: .hours)).runs(ofSeed: 0)
    for experiment in [Experiment.degradation, .gradientFlow, .layerResponses, .pairedTwins] {
      let runs = try #require(experiment.plan(at: .hours)).runs(ofSeed: 0)
      #expect(runs.allSatisfy(sweep.contains), "\(experiment.name)")
    }
  }

  @Test("the paper's budget is the paper's recipe")
  func paper() throws {
    let runs = try #require(Experiment.depthSweep.plan(at: .paper)).runs(ofSeed: 0)
    for run in runs {
      #expect(run.dataset == DatasetConfiguration(.cifar10))
      #expect(run.network.width == 16 && run.batchSize == 128)
      #expect(run.schedule.iterations == 64_000 && run.schedule.base == 0.1)
      #expect((run.schedule.warmUp != nil) == (run.network.depth >= 110))
      #expect(run.optimizer == OptimizerConfiguration(momentum: 0.9, weightDecay: 1e-4))
    }
    #expect(Set(runs.map(\.network.depth)).isSuperset(of: [20, 32, 44, 56, 110]))
  }

  @Test("a night shrinks nothing of the paper's recipe but its length, to a quarter")
  func night() throws {
    for run in try #require(Experiment.depthSweep.plan(at: .night)).runs(ofSeed: 0) {
      let paper = RunConfiguration.study(run.network, at: .paper, seed: 0)
      var lengthened = run
      lengthened.schedule.iterations *= 4
      for drop in lengthened.schedule.drops.indices {
        lengthened.schedule.drops[drop].iteration *= 4
      }
      lengthened.recording = paper.recording
      // The paper's own split.
      #expect(run.dataset == DatasetConfiguration(.cifar10, heldOutImages: 5000))
      lengthened.dataset = paper.dataset
      #expect(lengthened == paper)
      let recorded = (0..<16_000).filter { run.recording.recordsGradients(at: $0, of: 16_000) }
      #expect(recorded.starts(with: 0..<20) && recorded.contains(1600) && recorded.count < 70)
      #expect(run.recording.evaluates(after: 400, of: 16_000))
      #expect(run.recording.keepsLoss(of: 20, of: 16_000))
    }
  }

  @Test("a night's networks are shared, and later seeds have those of 20 and 56 layers")
  func nights() throws {
    let plan = try #require(Experiment.depthSweep.plan(at: .night))
    #expect(Set(plan.runs(ofSeed: 0).map(\.network.depth)) == [20, 32, 44, 56, 110])
    #expect(Set(plan.runs(ofSeed: 2).map(\.network.depth)) == [20, 56])
    for experiment in [Experiment.degradation, .gradientFlow, .layerResponses, .pairedTwins] {
      let runs = try #require(experiment.plan(at: .night)).runs(seeds: 3)
      #expect(runs.allSatisfy(plan.runs(seeds: 3).contains), "\(experiment.name)")
    }
  }

  @Test("twins of the quickstart differ in their kind alone")
  func twins() {
    let runs = Experiment.quickstart.plans[0].runs(seeds: 1)
    #expect(runs.map(\.network.name) == ["plain-20", "resnet-20", "plain-56", "resnet-56"])
    for (plain, residual) in [(runs[0], runs[1]), (runs[2], runs[3])] {
      var twin = plain
      twin.network.kind = .residual
      #expect(twin == residual)
    }
  }
}

@Suite("Names of networks")
struct NetworkNameTests {
  @Test(
    "a name means a network, and the network has that name",
    arguments: [
      "plain-20", "resnet-1202", "resnet-20-B", "resnet-20-C", "plain-18", "resnet-34-A",
      "resnet-50", "resnet-152-v1.5", "resnet-50-A-v1.5", "vgg-16", "vgg-19-bn", "vgg-16-tanh",
      "resnet-34-A-stem1", "plain-18-stem1", "resnet-50-v1.5-stem1",
      "resnet-18-preact-stem1-skipinit",
      "notes-resnet-18", "notes-resnet-34", "resnet-56-scale0.5", "resnet-56-scale0.5x0.25",
      "resnet-20-gate6", "resnet-20-B-shortcutgate0.5", "resnet-110-dropout0.5",
      "resnet-20-skipinit",
      "resnet-18-zerogamma", "resnet-56-no-bn-fixup", "resnet-20-bnafter", "resnet-20-relubefore",
      "resnet-34-relufirst", "plain-50", "plain-152", "cifar-resnet-50", "cifar-plain-152",
      "plain-56-no-bn",
      "plain-56-no-bn-sigmoid", "resnet-110-preact", "resnet-110-B-no-bn-tanh-preact",
    ])
  func roundTrip(name: String) throws {
    let network = try NetworkConfiguration(named: name)
    #expect(network.name == name)
    #expect(try NetworkConfiguration(named: name.uppercased()) == network)
  }

  @Test("a depth that both families have means the paper's ImageNet network")
  func shared() throws {
    #expect(try NetworkConfiguration(named: "resnet-50").family == .imageNet)
    #expect(try NetworkConfiguration(named: "cifar-resnet-50").family == .cifar)
    #expect(try NetworkConfiguration(named: "cifar-resnet-20").name == "resnet-20")
    #expect(try NetworkConfiguration(named: "resnet-34-B").name == "resnet-34")
  }

  @Test(
    "names that no network has are refused with the reason",
    arguments: [
      ("", "look like"), ("resnet", "look like"), ("resnet-", "look like"), ("56", "look like"),
      ("resnet-x", "look like"), ("alexnet-8", "look like"), ("notes-plain-18", "look like"),
      ("resnet-21", "6n+2"), ("resnet-2", "6n+2"), ("resnet--20", "look like"),
      ("resnet-20000000000000000000", "look like"), ("resnet-60008", "6n+2"),
      ("resnet-20-scale", "variants"), ("resnet-20-gate-6", "variants"),
      ("plain-20-skipinit", "only residual"), ("resnet-20-fixup", "no-bn-fixup"),
      ("resnet-20-no-bn-zerogamma", "without normalization"), ("vgg-11", "16, 19"),
      ("notes-resnet-50", "18, 34"), ("dense-plain-1", "2 to 10004"), ("dense-vgg-16", "look like"),
      ("resnet-20-stem1", "ImageNet family"), ("vgg-16-stem1", "ImageNet family"),
      ("resnet-18-stem2", "variants"), ("plain-20-B", "no shortcuts"),
      ("resnet-34-v1.5", "bottleneck"),
      ("plain-20-preact", "preact"), ("notes-resnet-18-tanh", "as printed"),
      ("resnet-20-D", "variants"), ("resnet-20-no", "variants"),
    ])
  func refusals(name: String, reason: String) {
    #expect { try NetworkConfiguration(named: name) } throws: { error in
      "\(error)".contains(reason) && "\(error)".contains("“\(name)”")
    }
  }
}
