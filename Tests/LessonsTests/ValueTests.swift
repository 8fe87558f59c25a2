import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@testable import Lessons

@Suite("Values of lessons are of what their keys say")
struct ValueTests {
  private let course: TemporaryCourse

  init() throws { course = try TemporaryCourse() }

  private func value(_ key: String) throws -> String {
    try Results(reference: course.store).value(key)
  }

  @Test("networks are counted by their verdict, kind, normalization and nonlinearity, and learning")
  func counts() throws {
    let plan = try #require(Experiment.regimes.plan(at: .seconds))
    let runs = plan.runs(ofSeed: 0)
    // Every third learns; without a normalization gradients explode.
    func learns(_ index: Int) -> Bool { index % 3 == 0 }
    for (index, run) in runs.enumerated() {
      let explodes = run.network.normalization == .none
      try writeRun(
        madeUpRecord(
          run, error: { _ in learns(index) ? 50 : 90 },
          norm: { layer, _ in layer == 1 && explodes ? 1000 : 1 }), in: "\(course.path)/output")
    }
    func count(_ isMeant: (Int, NetworkConfiguration) -> Bool) -> String {
      "\(runs.indices.count { isMeant($0, runs[$0].network) })"
    }
    for (key, expected) in [
      ("cells/all", count { _, _ in true }),
      ("count/learning", count { index, _ in learns(index) }),
      ("count/none", count { $1.normalization == .none }),
      ("count/batch", count { $1.normalization == .batch }),
      ("count/explodes", count { $1.normalization == .none }), ("count/vanishes", "0"),
      ("count/healthy/none", "0"), ("count/plain", count { $1.kind == .plain }),
      ("count/tanh", count { $1.activation == .tanh }),
      ("count/residual/relu", count { $1.kind == .residual && $1.activation == .relu }),
      ("count/explodes/learning", count { learns($0) && $1.normalization == .none }),
    ] {
      #expect(try value("regimes/seconds/\(key)") == expected, "\(key)")
    }
  }

  @Test("the growth is that of the step, and its interval goes from the lower end to the upper one")
  func growth() throws {
    for run in Experiment.quickstart.plans[0].runs() {
      let depth = run.network.depth
      let record = madeUpRecord(
        run,
        norm: { layer, step in
          pow(step == 0 ? 2 : 3, Double(depth - layer)) * (layer % 2 == 0 ? 1.1 : 0.9)
        })
      try writeRun(record, in: "\(course.path)/output")
    }
    func growth(_ moment: String) throws -> [Double] {
      try value("quickstart/seconds/growth/20/plain/\(moment)").components(separatedBy: " to ")
        .map { try #require(Double($0)) }
    }
    for (moment, factor) in [("first", 2.0), ("last", 3)] {
      let (middle, ends) = (try growth(moment), try growth("\(moment)-interval"))
      #expect(middle.count == 1 && abs(middle[0] / factor - 1) < 0.01)
      #expect(ends.count == 2 && ends[0] < middle[0] && middle[0] < ends[1])
    }
  }

  @Test("projections are no layers that a network's depth counts")
  func layers() throws {
    #expect(try value("network/resnet-20-B/layers") == "20")
  }

  @Test("what was checked is counted, each kind by itself")
  func summary() throws {
    try course.write("# Two\n", to: "notebooks-md/02.md")
    try course.write(
      """
      # One
      <!--= network/plain-20/layers -->20<!--/--> [a](02.md#two) [b](#one) [c](02.md)
      <!--= network/plain-56/layers -->56<!--/-->
      <!-- figure blocks -->
      <!-- /figure -->
      ```text
      a
      ```
      ```text
      b
      ```
      ```text
      c
      ```
      ```text
      d
      ```
      """, to: "notebooks-md/01.md")
    let check = CourseCheck(
      try Course(folder: course.folder), results: Results(reference: course.store)
    ) { _ in nil }
    #expect(
      check.summary == "2 lessons: 2 values, 1 figures and tables, 3 links and 4 blocks of code "
        + "are right.")
  }

  @Test("a picture that a block shows must be there, and is named with what draws it")
  func pictures() throws {
    let text = "<!-- figure blocks -->\n<!-- /figure -->"
    #expect(try course.complaints(text).contains { $0.contains("`gradflow draw blocks` draws it") })
    try course.write("", to: "output/figures/blocks.png")
    #expect(try !course.complaints(text).contains { $0.contains("is missing") })
  }

  @Test("of a learner's own runs those of the largest budget stand beside the reference's")
  func budgets() throws {
    let plan = try #require(Experiment.degradation.plan(at: .seconds))
    try course.finish(plan)
    try course.finish(plan, output: "mine")
    let larger = try #require(Experiment.degradation.plan(at: .minutes))
    for run in larger.runs(ofSeed: 0) {
      try writeRun(madeUpRecord(run, error: { _ in 77 }), in: "\(course.path)/mine")
    }
    let results = Results(
      reference: course.store, own: RecordStore(output: "\(course.path)/mine"))
    let lines = try results.block(["results", "degradation", "seconds"])
    #expect(lines[0].contains("| your run (minutes): training error (%) |"), "\(lines[0])")
    #expect(lines[2...].allSatisfy { $0.contains("| 77.0 |") }, "\(lines)")
  }
}
