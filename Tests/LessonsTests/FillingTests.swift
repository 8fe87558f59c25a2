import Experiments
import Records
import Testing

@testable import Lessons

@Suite("Placeholders are filled")
struct FillingTests {
  private let course: TemporaryCourse

  init() throws { course = try TemporaryCourse() }

  private func value(_ key: String) throws -> String {
    try Results(reference: course.store).value(key)
  }

  @Test("values are those of the records, averaged over the seeds that there are")
  func values() throws {
    try course.finishQuickstart(seeds: 2)
    for (key, expected) in [
      ("quickstart/seconds/plain-56/training-error", "8.0"),
      ("quickstart/seconds/plain-56/training-error-spread", "8.0 ± 7.1"),
      ("quickstart/seconds/plain-56/evaluation-error", "50.0"),
      ("quickstart/seconds/resnet-56−plain-56/training-error", "1.0"),
      ("quickstart/seconds/plain-20−plain-56/training-error", "−2.0"),
      ("quickstart/seconds/plain-20/seeds", "2"), ("quickstart/seconds/plain-20/steps", "250"),
      ("quickstart/seconds/plain-20/gradient-ratio-first", "2.6×10⁵"),
      ("quickstart/seconds/plain-20/verdict-last", "explodes"),
      ("quickstart/seconds/growth/56/plain/first", "2.000"),
      ("quickstart/seconds/growth/56/residual/last-interval", "2.000 to 2.000"),
      ("quickstart/seconds/growth/56/residual/power-error", "6224"),
      ("quickstart/seconds/growth/56/residual/factor-error", "0"),
      ("quickstart/seconds/layer/plain-56/55/3/gradient", "2.0"),
      ("quickstart/seconds/layer/plain-56/55/3/zeros", "0"),
      ("quickstart/seconds/block/resnet-56/3/first/shortcut", "1.0"),
      ("quickstart/seconds/block/resnet-56/3/last/branch", "0.50"),
      ("quickstart/seconds/block/resnet-56/3/last/added", "0.50"),
      ("quickstart/seconds/block/resnet-56/all/first/branch-ahead", "0"),
      ("quickstart/seconds/count/explodes/batch/plain", "2"),
      ("network/resnet-50/parameters", "25,557,032"),
      ("network/vgg-16/multiply-adds", "15.5 billion"),
      ("network/resnet-20/multiply-adds", "40.6 million"), ("network/notes-resnet-18/layers", "20"),
    ] {
      #expect(try value(key) == expected, "\(key)")
    }
  }

  @Test(
    "keys that mean nothing are told with what was meant",
    arguments: [
      ("", "keys look like"), ("quickstart/seconds/plain-56", "keys look like"),
      ("quikstart/seconds/plain-56/seeds", "“quickstart”?"),
      ("quickstart/minutes/plain-56/seeds", "seconds"),
      ("quickstart/seconds/plain-57/seeds", "“plain-56”?"),
      ("quickstart/seconds/plain-56/sedes", "“seeds”?"),
      ("quickstart/seconds/plain-56/seeds/x", "too many"),
      ("quickstart/seconds/growth/x/plain/first", "growth"),
      ("quickstart/seconds/growth/56/plain/middle", "moment"),
      ("quickstart/seconds/count/exploding", "“explodes”?"),
      ("quickstart/seconds/order/norms", "“norm”?"),
      ("quickstart/seconds/correlation/plain-56", "correlation/plain-56/resnet-56"),
      ("quickstart/seconds/layer/plain-56/57/0/update", "no layer 57"),
      ("quickstart/seconds/layer/plain-56/5/0/updates", "“update”?"),
      ("quickstart/seconds/block/resnet-56/28/first/branch", "no block 28"),
      ("quickstart/seconds/block/resnet-56/1/middle/branch", "block/resnet-56/1/first/branch"),
      ("network/plain-21/layers", "6n+2"), ("network/plain-20/layer", "“layers”?"),
    ])
  func unknown(key: String, words: String) throws {
    try course.finishQuickstart()
    #expect { try value(key) } throws: { "\($0)".contains(words) }
  }

  @Test("without records, the command that makes them is named")
  func missing() throws {
    #expect { try value("quickstart/seconds/plain-56/seeds") } throws: {
      "\($0)".contains("gradflow run quickstart --budget seconds")
    }
  }

  @Test("refreshing puts every number right, and a second time changes nothing")
  func refresh() throws {
    try course.finishQuickstart()
    let text = """
      plain <!--= quickstart/seconds/plain-20/training-error -->7<!--/--> and `<!--=` then \
      <!--= quickstart/seconds/plain-56/training-error --><!--/-->, \
      <!--= quickstart/seconds/resnet-56/training-error -->4.0<!--/-->.
      <!-- figure quickstart-curves -->
      old
      <!-- /figure -->
      <!-- results quickstart seconds -->
      <!-- /results -->
      end
      """
    try course.write(text, to: "notebooks-md/01.md")
    let results = Results(reference: course.store)
    let changed = try Course(folder: course.folder).refresh(from: results)
    #expect(changed == ["\(course.folder)/01.md"])
    let filled = try course.text("notebooks-md/01.md")
    #expect(filled.contains("-->1.0<!--/--> and `<!--=` then <!--="))
    #expect(filled.contains("-->3.0<!--/-->, <!--=") && filled.contains("-->4.0<!--/-->."))
    #expect(filled.contains("](../output/figures/quickstart-curves.png)\n\n*Training and"))
    #expect(filled.contains("| plain-56 | 3.0 | 50.0 | – | – |"))
    #expect(try Course(folder: course.folder).refresh(from: results).isEmpty)
    #expect(try course.text("notebooks-md/01.md") == filled)
  }

  @Test("the paper's errors stand beside runs on the paper's images, and not beside others")
  func paper() throws {
    func header(_ experiment: Experiment, _ budget: Budget) throws -> String {
      let plan = try #require(experiment.plan(at: budget))
      try course.finish(plan)
      try course.write(
        "<!-- results \(experiment.name) \(budget.rawValue) -->\n<!-- /results -->\n",
        to: "notebooks-md/01.md")
      _ = try Course(folder: course.folder).refresh(from: Results(reference: course.store))
      return try course.text("notebooks-md/01.md")
    }
    let gray = try header(.quickstart, .seconds)
    #expect(gray.contains("| resnet-56 | 4.0") && !gray.contains("paper"), "\(gray)")
    let small = try header(.depthSweep, .minutes)
    #expect(small.contains("| paper: test error (%) |"), "\(small)")
    #expect(small.contains("| resnet-56 | 6.97 |") && small.contains("| plain-56 | – |"))
    let other = try header(.imageNetStyle, .minutes)
    #expect(other.contains("| paper, ImageNet: test error (%) |"), "\(other)")
    #expect(other.contains("| plain-34 | 28.54 |"))
  }

  @Test("lines that end as on Windows stay so")
  func carriageReturns() throws {
    let text =
      "# a\r\n<!--= network/plain-20/layers --><!--/-->\r\n<!-- figure blocks -->\r\n<!-- /figure -->\r\n"
    try course.write(text, to: "notebooks-md/01.md")
    let results = Results(reference: course.store)
    _ = try Course(folder: course.folder).refresh(from: results)
    let filled = try course.text("notebooks-md/01.md")
    #expect(filled.contains("-->20<!--/-->\r\n"))
    #expect(!filled.replacing("\r\n", with: "").contains("\n"))
    #expect(try Course(folder: course.folder).refresh(from: results).isEmpty)
  }

  @Test("a learner's copy has the numbers of both, and its links lead to the same places")
  func copies() throws {
    try course.finishQuickstart()
    try course.finishQuickstart(seeds: 2, output: "mine")
    try course.write("let a = 1\n", to: "Sources/A.swift")
    try course.write("# Two\n", to: "notebooks-md/02.md")
    try course.write(
      """
      [code](../Sources/A.swift) [next](02.md#two) [web](https://example.org/a)
      `[not](../this)`
      <!-- results quickstart seconds -->
      <!-- /results -->
      """, to: "notebooks-md/01.md")
    let copy = "\(course.path)/mine/lessons"
    for _ in 0..<2 {
      try Course(folder: course.folder).copy(to: copy)
      let results = Results(
        reference: course.store, own: RecordStore(output: "\(course.path)/mine"))
      _ = try Course(folder: copy).refresh(from: results)
    }
    let text = try course.text("mine/lessons/01.md")
    #expect(text.contains("[code](../../Sources/A.swift) [next](02.md#two) [web](https://"))
    #expect(text.contains("`[not](../this)`"))
    #expect(text.contains("your run (seconds)"))
    #expect(text.contains("| plain-56 | 3.0 | 50.0 | 8.0 ± 7.1 | 50.0 ± 0.0 |"), "\(text)")
  }
}
