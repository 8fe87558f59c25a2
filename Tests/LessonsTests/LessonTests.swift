import Experiments
import Foundation
import Records
import Tensors
import Testing

@testable import Lessons

@Suite("Lessons are read")
struct ReadingTests {
  private let course: TemporaryCourse

  init() throws { course = try TemporaryCourse() }

  @Test("what stands in code is no placeholder, link or command of the text")
  func code() throws {
    let text = """
      `<!--= a/b/c/d -->x<!--/-->` and ``[no](link.md)``
      ```text
      <!--= a/b/c/d -->x<!--/-->
      <!-- figure none -->
      [no](link.md)
      ```
      """
    #expect(try course.complaints(text).isEmpty)
  }

  @Test(
    "what has no end is told where it begins",
    arguments: [
      ("a\nb <!--= network/plain-20/layers -->20", "2: ", "<!--/-->"),
      ("a\n  <!--= network/plain-20/layers -->20<!--/-->", "2: ", "begin a line"),
      (
        "<!--= network/plain-20/layers --><!--= network/plain-20/layers -->20<!--/-->", "1: ",
        "next"
      ),
      ("\n\n<!-- figure blocks -->\nx", "3: ", "<!-- /figure -->"),
      ("<!-- figure blocks -->\n<!-- figure cost -->\n<!-- /figure -->", "1: ", "no `<!-- /figure"),
      ("<!-- /results -->", "1: ", "not begun"), ("```sh\ngradflow list", "1: ", "no end"),
    ])
  func unclosed(text: String, place: String, words: String) throws {
    let complaints = try course.complaints(text)
    #expect(complaints.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(complaints)")
  }

  @Test("headings have the anchors that GitHub gives them")
  func anchors() {
    let lesson = course.lesson("# What to see\n## `code` & more!\n## What to see\n#no heading")
    #expect(lesson.anchors == ["what-to-see", "code--more", "what-to-see-1"])
  }

  @Test("words of a command are those that a shell sees")
  func words() {
    #expect(
      shellWords("gradflow run x --set 'a=normal(0.01)' \"b c\"d # why") == [
        "gradflow", "run", "x", "--set", "a=normal(0.01)", "b cd",
      ])
    #expect(shellWords("").isEmpty && shellWords("a#b '' ") == ["a#b", ""])
  }

  @Test("paths lead from one folder to another")
  func paths() {
    #expect(relativePath(from: "/a/b", to: "/a/c/d.png") == "../c/d.png")
    #expect(relativePath(from: "/a", to: "/a/d.png") == "d.png")
    #expect(standardized("/a/./b/../c//d") == "/a/c/d" && standardized("/../..") == "/")
  }
}

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

@Suite("Lessons are checked")
struct CheckingTests {
  private let course: TemporaryCourse

  init() throws { course = try TemporaryCourse() }

  @Test("drifted values and tables are told with what they should be")
  func drift() throws {
    try course.finishQuickstart()
    let complaints = try course.complaints(
      """
      a <!--= network/plain-20/layers -->21<!--/-->
      <!-- results quickstart seconds -->
      | 1 |
      <!-- /results -->
      """)
    #expect(complaints.count == 2)
    #expect(complaints[0].hasPrefix("1: ") && complaints[0].contains("“20”"))
    #expect(complaints[1].hasPrefix("2: ") && complaints[1].contains("results quickstart"))
  }

  @Test("figures must be in the catalog, on disk, and all of them in some lesson")
  func figures() throws {
    let complaints = try course.complaints(
      """
      <!-- figure blokcs -->
      <!-- /figure -->
      ![x](../output/figures/nothing.png)
      ![x](../output/figures/cost.png)
      """)
    #expect(complaints.contains { $0.hasPrefix("1: ") && $0.contains("“blocks”?") })
    #expect(complaints.contains { $0.hasPrefix("3: ") && $0.contains("not in the catalog") })
    #expect(complaints.contains { $0.hasPrefix("4: ") && $0.contains("does not exist") })
    let check = CourseCheck(
      try Course(folder: course.folder), results: Results(reference: course.store)
    ) { _ in nil }
    let missing = check.findings().filter { $0.sentence.contains("no lesson shows") }
    #expect(missing.contains { $0.sentence.contains("figure degradation") })
    #expect(!missing.contains { $0.sentence.contains("figure cost") })
  }

  @Test("links must lead somewhere, and anchors to a heading")
  func links() throws {
    try course.write("# There\n", to: "notebooks-md/02.md")
    let complaints = try course.complaints(
      """
      # Here
      [a](02.md#there) [b](#here) [c](https://example.org/none) [d](mailto:a@b.c)
      [e](03.md)
      [f](02.md#nowhere)
      [g](#nowhere)
      """)
    #expect(complaints.map { $0.prefix(2) } == ["3:", "4:", "5:"], "\(complaints)")
  }

  @Test("quoted code must stand in the file that its section links, and be short")
  func quotations() throws {
    try course.write("func a() {\n  one()\n  two()\n\n  three()\n}\n", to: "Sources/A.swift")
    func quote(_ lines: String, link: String = "[A](../Sources/A.swift)\n") throws -> [String] {
      try course.complaints("# a\n\(link)\n```swift\n\(lines)\n```\n")
    }
    #expect(try quote("one()\n    two()\n\nthree()").isEmpty)
    #expect(try quote("one()\nthree()").first?.contains("one after the other") == true)
    #expect(try quote("four()").first?.contains("one after the other") == true)
    #expect(try quote("one()", link: "").first?.contains("no link") == true)
    #expect(
      try quote("one()", link: "[A](../Sources/A.swift)\n# b\n").first?.contains("no link") == true)
    let long = Array(repeating: "x", count: 11).joined(separator: "\n")
    #expect(try quote(long).first?.contains("11 lines") == true)
  }

  @Test("commands are asked about, but for patterns; comments are not part of them")
  func commands() throws {
    var asked: [[String]] = []
    let complaints = try course.complaints(
      """
      Call `gradflow list`, or `gradflow run NAME`, or `gradflow draw …`.
      ```sh
      gradflow run quickstart   # a minute
      ls
      gradflowx
      ```
      ```python
      gradflow
      ```
      """
    ) { arguments in
      asked.append(arguments)
      return arguments == ["list"] ? "is wrong" : nil
    }
    #expect(asked == [["list"], ["run", "quickstart"]])
    #expect(complaints.count == 2 && complaints[0].contains("is wrong"))
    #expect(complaints[1].contains("gradflowx"))
  }

  @Test("commands of the course are each there once, and files by their names")
  func collected() throws {
    let text = """
      ```sh
      gradflow list
      gradflow run my.yaml
      gradflow list
      ```
      ```yaml
      # my.yaml
      question: x
      ```
      ```yaml
      # ../evil.yaml
      ```
      """
    try course.write(text, to: "notebooks-md/01.md")
    let found = try Course(folder: course.folder)
    #expect(found.commands == [["list"], ["run", "my.yaml"]])
    #expect(found.files.map(\.name) == ["my.yaml"])
    #expect(found.files.first?.text == "# my.yaml\nquestion: x\n")
  }

  @Test("a folder without lessons, and files that are not text, are told so")
  func folders() throws {
    #expect(throws: CourseError.self) { try Course(folder: "\(course.path)/none") }
    #expect(throws: CourseError.self) { try Course(folder: course.folder) }
    try writeAtomically([0xff, 0xfe, 0x00], to: "\(course.folder)/01.md")
    #expect(throws: CourseError.self) { try Course(folder: course.folder) }
  }

  @Test("no mutation of a lesson crashes or hangs; filled twice it stays as it is")
  func fuzz() throws {
    let text = """
      # Heading `code`
      A <!--= network/plain-20/layers -->20<!--/--> b <!--= network/plain-56/parameters --><!--/-->
      <!-- figure blocks -->
      ![a](b.png)
      <!-- /figure -->
      [link](../Sources/A.swift#x) `gradflow list`
      ```swift
      let a = 1
      ```
      ```sh
      gradflow run quickstart --set 'a=b'
      ```
      """
    let pieces = [
      "<!--=", "-->", "<!--/-->", "<!-- figure ", "<!-- /figure -->", "```", "`", "[", "](", ")",
      "\n",
      "\r\n", "é", "#", "<!-- results a b -->", " ",
    ].map { Array($0.utf8) }
    let results = Results(reference: course.store)
    var random = SeededGenerator(state: 7)
    let factor = ProcessInfo.processInfo.environment["GRADFLOW_FUZZ"].flatMap { Int($0) } ?? 1
    for _ in 0..<(1500 * factor) {
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
        let piece = pieces.randomElement(using: &random) ?? []
        if Bool.random(using: &random) {
          bytes.replaceSubrange(place..<end, with: piece)
        } else {
          bytes.insert(contentsOf: piece, at: place)
        }
      }
      let lesson = course.lesson(String(decoding: bytes, as: UTF8.self))
      let filled = FilledLesson(lesson, from: results)
      let again = FilledLesson(course.lesson(filled.text), from: results)
      #expect(again.text == filled.text, "\(lesson.lines.joined(separator: "\n"))")
    }
  }
}
