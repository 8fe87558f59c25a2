/// A lesson: a Markdown text, and what in it the command fills or checks.
package struct Lesson: Sendable {
  /// Where it is, as in complaints.
  package let path: String
  /// Its lines without line feeds.
  let lines: [String]
  /// In the order of the text.
  let parts: [Part]
  /// The anchors that its headings have.
  let anchors: Set<String>
  /// What could not be read: placeholders without an end or of no known form.
  let problems: [Finding]

  /// A piece of the text that means something here. Lines are counted from 0.
  struct Part: Sendable {
    let line: Int
    let kind: Kind
  }

  enum Kind: Sendable {
    /// `<!--= KEY -->VALUE<!--/-->`: the key and the value.
    case value(key: String, text: String)
    /// A block between two comments: the words of the first, and how many lines stand between.
    case block(words: [String], lineCount: Int)
    case image(target: String)
    case link(target: String)
    /// A fenced block: its language and its lines.
    case code(language: String, lines: [String])
    case heading
    /// Code in a sentence that begins with the name of the command.
    case inlineCommand(String)
  }

  package init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var reader = LessonReader(path: path, lines: lines)
    reader.read()
    parts = reader.parts
    anchors = reader.anchors
    problems = reader.problems
  }
}

/// Something to be mended: where, and what.
package struct Finding: Hashable, Sendable, CustomStringConvertible {
  package let path: String
  /// Counted from 1.
  package let line: Int
  package let sentence: String

  package init(path: String, line: Int, _ sentence: String) {
    self.path = path
    self.line = line
    self.sentence = sentence
  }

  package var description: String { "\(path):\(line): \(sentence)" }
}
