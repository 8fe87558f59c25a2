/// Finds the parts of a lesson, line by line. It knows as much Markdown as lessons need: fences, code in
/// sentences, links, images, headings and comments.
struct LessonReader {
  let path: String
  let lines: [String]
  private(set) var parts: [Lesson.Part] = []
  private(set) var anchors: Set<String> = []
  private(set) var problems: [Finding] = []

  init(path: String, lines: [String]) {
    self.path = path
    self.lines = lines
  }

  mutating func read() {
    var index = 0
    while index < lines.count {
      let line = trimmed(lines[index])
      if let fence = fence(line) {
        index = readCode(from: index, fence: fence)
      } else if let words = comment(line), let name = words.first, Self.blocks.contains(name) {
        index = readBlock(from: index, words: words)
      } else {
        if let words = comment(line), let name = words.first, name.hasPrefix("/"),
          Self.blocks.contains(String(name.dropFirst()))
        {
          complain(index, "“\(name)” ends a block that has not begun.")
        }
        readSentence(index)
        index += 1
      }
    }
  }

  private static let blocks = ["figure", "results", "diagnosis"]

  private mutating func complain(_ index: Int, _ sentence: String) {
    problems.append(Finding(path: path, line: index + 1, sentence))
  }

  // MARK: - Blocks

  /// Reads the fenced block that begins at a line, and returns the line behind it.
  private mutating func readCode(from index: Int, fence: (mark: String, language: String)) -> Int {
    let end = lines[(index + 1)...].firstIndex { trimmed($0).hasPrefix(fence.mark) }
    if end == nil { complain(index, "the code block that begins here has no end.") }
    let content = lines[(index + 1)..<(end ?? lines.count)].map(withoutReturn)
    parts.append(
      Lesson.Part(line: index, kind: .code(language: fence.language, lines: Array(content))))
    return (end ?? lines.count - 1) + 1
  }

  private mutating func readBlock(from index: Int, words: [String]) -> Int {
    let closing = "<!-- /\(words[0]) -->"
    let end = lines[(index + 1)...].firstIndex {
      let line = trimmed($0)
      return line == closing || comment(line).map { Self.blocks.contains($0.first ?? "") } ?? false
    }
    guard let end, trimmed(lines[end]) == closing else {
      complain(index, "the block that begins here has no `\(closing)`.")
      return index + 1
    }
    parts.append(
      Lesson.Part(line: index, kind: .block(words: words, lineCount: end - index - 1)))
    return end + 1
  }

  /// Three or more backticks or tildes, and what stands behind them.
  private func fence(_ line: String) -> (mark: String, language: String)? {
    guard let first = line.first, "`~".contains(first) else { return nil }
    let mark = line.prefix { $0 == first }
    let language = trimmed(String(line.dropFirst(mark.count)))
    return mark.count >= 3 && !language.contains("`") ? (String(mark), language) : nil
  }

  /// The words of a comment that is alone on its line.
  private func comment(_ line: String) -> [String]? {
    guard line.hasPrefix("<!-- "), line.hasSuffix(" -->"), line.count > 9 else { return nil }
    return line.dropFirst(5).dropLast(4).split(separator: " ").map(String.init)
  }

  // MARK: - Sentences

  private mutating func readSentence(_ index: Int) {
    let line = withoutReturn(lines[index])
    let hashes = line.prefix { $0 == "#" }.count
    if (1...6).contains(hashes), line.dropFirst(hashes).first == " " {
      addAnchor(String(line.dropFirst(hashes + 1)))
      parts.append(Lesson.Part(line: index, kind: .heading))
    }
    let text = blankingCode(line, index)
    if trimmed(line).hasPrefix("<!--=") {
      complain(
        index, "a value cannot begin a line: Markdown takes it for a block. Put a word before.")
    }
    readValues(text, index)
    readLinks(text, index)
  }

  /// Links stand where their targets do: their words may have begun on the line before.
  private mutating func readLinks(_ text: String, _ index: Int) {
    let isOpen = index > 0 && lines[index - 1].last { "[]".contains($0) } == "["
    if isOpen, let match = text.prefixMatch(of: #/[^\[\]]*\]\(([^()\s]+)[^()]*\)/#) {
      parts.append(Lesson.Part(line: index, kind: .link(target: String(match.output.1))))
    }
    for match in text.matches(of: #/(!?)\[[^\[\]]*\]\(([^()\s]+)[^()]*\)/#) {
      let target = String(match.output.2)
      parts.append(
        Lesson.Part(
          line: index,
          kind: match.output.1.isEmpty ? .link(target: target) : .image(target: target)))
    }
  }

  /// The line with blanks for code, whose commands are noted.
  private mutating func blankingCode(_ line: String, _ index: Int) -> String {
    var result = ""
    var rest = Substring(line)
    while let start = rest.firstIndex(of: "`") {
      result += rest[..<start]
      let mark = rest[start...].prefix { $0 == "`" }
      let content = rest[mark.endIndex...]
      guard let end = content.firstRange(of: mark) else {
        return result + rest[start...]
      }
      let code = content[..<end.lowerBound]
      if code.hasPrefix("gradflow ") {
        parts.append(Lesson.Part(line: index, kind: .inlineCommand(String(code))))
      }
      result += String(repeating: " ", count: code.count + 2 * mark.count)
      rest = content[end.upperBound...]
    }
    return result + rest
  }

  private mutating func readValues(_ text: String, _ index: Int) {
    var rest = Substring(text)
    while let start = rest.firstRange(of: "<!--=") {
      let behind = rest[start.upperBound...]
      guard let keyEnd = behind.firstRange(of: "-->"),
        let end = behind[keyEnd.upperBound...].firstRange(of: "<!--/-->")
      else {
        complain(index, "the value that begins here has no `<!--/-->` on its line.")
        return
      }
      let key = trimmed(String(behind[..<keyEnd.lowerBound]))
      let value = String(behind[keyEnd.upperBound..<end.lowerBound])
      guard !value.contains("<!--") else {
        complain(index, "the value of \(key) has no `<!--/-->` before the next one begins.")
        return
      }
      parts.append(Lesson.Part(line: index, kind: .value(key: key, text: value)))
      rest = behind[end.upperBound...]
    }
  }

  /// The anchor that GitHub makes of a heading; a second one of the same words gets a number.
  private mutating func addAnchor(_ heading: String) {
    let plain = heading.lowercased().filter {
      $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_"
    }
    let anchor = plain.split(separator: " ", omittingEmptySubsequences: false)
      .joined(separator: "-")
    var candidate = anchor
    var count = 1
    while anchors.contains(candidate) {
      candidate = "\(anchor)-\(count)"
      count += 1
    }
    anchors.insert(candidate)
  }
}

/// The text without blanks at its ends.
func trimmed(_ text: String) -> String {
  String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
}

/// The line without the carriage return that some editors leave.
func withoutReturn(_ line: String) -> String {
  line.hasSuffix("\r") ? String(line.dropLast()) : line
}
