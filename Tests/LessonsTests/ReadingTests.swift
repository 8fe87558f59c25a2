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

  @Test("fences may be tildes, and the words of a link may go over the end of a line")
  func markdown() throws {
    let text = """
      ~~~text
      [no](link.md) and ```
      ~~~
      [words that go on
      here](missing.md) and [other](gone.md)
      [a list], then
      nothing](here.md)
      """
    #expect(
      try course.complaints(text) == [
        "5: missing.md does not exist.", "5: gone.md does not exist.",
      ])
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
