import Foundation
import Randomness
import Records
import Testing

@testable import Lessons

@Suite("Lessons are checked")
struct CheckingTests {
  private let course: TemporaryCourse

  init() throws { course = try TemporaryCourse() }

  @Test("a figure whose picture is not there is told of; a table has no picture")
  func missingPicture() throws {
    try course.finishQuickstart()
    let text =
      "<!-- figure cost -->\n<!-- /figure -->\n\n<!-- results quickstart seconds -->\n<!-- /results -->"
    let before = try course.complaints(text).filter { $0.contains("picture") }
    #expect(before.count == 1 && before[0].hasPrefix("1: ") && before[0].contains("cost.png"))
    try course.write("", to: "output/figures/cost.png")
    #expect(try !course.complaints(text).contains { $0.contains("picture") })
  }

  @Test("a figure can be that of a budget, whose name is in that of its picture")
  func budgets() throws {
    try course.finishQuickstart()
    func complaints(_ words: String) throws -> [String] {
      try course.complaints("<!-- figure \(words) -->\n<!-- /figure -->")
    }
    // Nothing larger is there: its pictures are those without a budget in their names.
    try course.write("", to: "output/figures/quickstart-curves.png")
    let drifted = try complaints("quickstart-curves seconds")
    #expect(drifted.count == 1 && drifted[0].contains("is not what the records say"))
    #expect(try complaints("degradation night").contains { $0.contains("--budget night") })
    #expect(try complaints("degradation nigth").contains { $0.contains("“night”?") })
    #expect(try complaints("cost a b").contains { $0.contains("`figure NAME BUDGET`") })
    try course.write("", to: "output/figures/depth-sweep-night.png")
    #expect(
      try course.complaints("![x](../output/figures/depth-sweep-night.png)").isEmpty)
  }

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
