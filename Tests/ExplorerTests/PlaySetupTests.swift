import Architectures
import ExperimentFiles
import Experiments
import Testing

@testable import Explorer

@Suite("What can be played")
struct PlaySetupTests {
  private func setup(_ names: [String], _ settings: [String: String] = [:]) -> PlaySetup {
    PlaySetup(networks: names.map { .init(name: $0, width: 4) }, settings: settings)
  }

  private func complaint(_ setup: PlaySetup) -> String? {
    do {
      _ = try setup.runs()
      return nil
    } catch {
      return error.description
    }
  }

  @Test("runs record every step, and have the settings that were made")
  func runs() throws {
    let runs = try setup(
      ["plain-14", "resnet-14-b-preact"],
      [
        "schedule.base": "0.3", "schedule.ramp": "20", "seed": "7",
        "initialization": "normal(0.01)",
      ]
    ).runs()
    #expect(runs.map(\.network.depth) == [14, 14] && runs[1].network.order == .preActivation)
    for run in runs {
      #expect(run.schedule.base == 0.3 && run.schedule.ramp == 20 && run.seed == 7)
      #expect(run.initialization == .normal(deviation: 0.01) && run.network.width == 4)
      let steps = 0..<PlaySetup.stepLimit
      #expect(steps.allSatisfy { run.recording.recordsGradients(at: $0, of: steps.count) })
    }
  }

  @Test(
    "what cannot be is said in a sentence",
    arguments: [
      ([], [:], "one network or two"),
      (["plain-8", "plain-14", "plain-20"], [:], "one network or two"),
      (["plain-8", "plain-8"], [:], "the same"), (["plain-9"], [:], "6n+2"),
      (["plain-116"], [:], "8 to 110"), (["resnet-18"], [:], "8 to 110"),
      (["vgg-16"], [:], "8 to 110"),
      (["nonsense"], [:], "There is no network"), (["plain-8"], ["batchSize": "1"], "8 to 256"),
      (["plain-8"], ["batchSize": "512"], "8 to 256"),
      (["plain-8"], ["schedule.iterations": "9"], "cannot be set"),
      (["plain-8"], ["network.width": "4096"], "cannot be set"),
      (["plain-8"], ["schedule.base": "much"], "schedule.base"),
      (["plain-8"], ["seed": "-1"], "seed"),
    ] as [([String], [String: String], String)])
  func faults(names: [String], settings: [String: String], words: String) throws {
    let said = try #require(complaint(setup(names, settings)))
    #expect(said.contains(words), "\(said)")
  }

  @Test("a width beyond the limits")
  func width() {
    for width in [0, -1, 65] {
      let wide = PlaySetup(networks: [.init(name: "plain-8", width: width)])
      #expect(complaint(wide) != nil)
    }
  }

  @Test("what is kept as a file is the same runs when it is read", arguments: [1, 57, 2000])
  func file(steps: Int) throws {
    for story in PlayStory.all {
      let experiment = try ExperimentFile.experiment(
        yaml: Array(story.setup.yaml(steps: steps).utf8), path: "played.yaml", taken: [])
      #expect(experiment.plans.map(\.budget) == [.seconds])
      #expect(try experiment.plans[0].runs() == story.setup.runs(steps: steps))
    }
  }

  @Test("stories are networks that can be trained, each with its own words")
  func stories() throws {
    for story in PlayStory.all {
      let runs = try story.setup.runs()
      #expect(runs.count == 2 && runs.allSatisfy { $0.problem == nil })
    }
    #expect(Set(PlayStory.all.map(\.title)).count == PlayStory.all.count)
  }

  @Test("commands are understood, and others are not")
  func commands() throws {
    let reset = try PlayCommand(
      json: Array(
        #"{"action":"reset","setup":{"networks":[{"name":"plain-8","width":4}],"settings":{}}}"#
          .utf8))
    #expect(reset.action == .reset && reset.setup == setup(["plain-8"]))
    #expect(try PlayCommand(json: Array(#"{"action":"step"}"#.utf8)).setup == nil)
    for text in [
      "", "{}", "[]", #"{"action":"delete"}"#, #"{"action":"reset","setup":{}}"#, "\u{0}",
    ] {
      #expect(throws: PlayFault.self) { try PlayCommand(json: Array(text.utf8)) }
    }
  }
}
