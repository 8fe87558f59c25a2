/// A text with its placeholders filled, and what is to be said about them.
struct FilledLesson {
  private let path: String
  private(set) var lines: [String]
  /// Placeholders whose content was another.
  private(set) var drifted: [Finding] = []
  /// Placeholders that cannot be filled.
  private(set) var problems: [Finding] = []

  var text: String { lines.joined(separator: "\n") }

  /// Fills the placeholders of a lesson from results; those that cannot be filled stay as they are.
  init(_ lesson: Lesson, from results: Results) {
    path = lesson.path
    lines = lesson.lines
    // From the end, so that lines before keep their places.
    for (index, part) in lesson.parts.enumerated().reversed() {
      do {
        switch part.kind {
        case .value(let key, let text):
          let place = lesson.parts[..<index].count { earlier in
            if case .value = earlier.kind { earlier.line == part.line } else { false }
          }
          fill(part.line, place, key: key, text, with: try results.value(key))
        case .block(let words, let lineCount):
          fill(part.line, words, lineCount, with: try results.block(words))
        case .image, .link, .code, .heading, .inlineCommand: break
        }
      } catch {
        problems.append(Finding(path: path, line: part.line + 1, "\(error)"))
      }
    }
    drifted.reverse()
    problems.reverse()
  }

  private mutating func fill(
    _ line: Int, _ place: Int, key: String, _ text: String, with value: String
  ) {
    guard value != text else { return }
    lines[line] = replacingValue(number: place, in: lines[line], by: value)
    note(line, "\(key) is “\(value)” in the records, and “\(text)” here.")
  }

  private mutating func fill(
    _ line: Int, _ words: [String], _ lineCount: Int, with content: [String]
  ) {
    let range = (line + 1)..<(line + 1 + lineCount)
    let ending = lines[line].hasSuffix("\r") ? "\r" : ""
    guard lines[range].map(withoutReturn) != content else { return }
    lines.replaceSubrange(range, with: content.map { $0 + ending })
    note(line, "“\(words.joined(separator: " "))” is not what the records say.")
  }

  private mutating func note(_ line: Int, _ sentence: String) {
    drifted.append(
      Finding(path: path, line: line + 1, sentence + " `gradflow check --refresh` puts it right."))
  }

  /// Replaces what the n-th placeholder of a line holds.
  private func replacingValue(number: Int, in line: String, by value: String) -> String {
    var rest = Substring(line)
    var result = ""
    var count = 0
    // Code is not looked into: it comes out as it went in.
    while let start = placeholder(in: rest) {
      result += rest[..<start.lowerBound]
      result += count == number ? value : String(rest[start])
      rest = rest[start.upperBound...]
      count += 1
    }
    return result + rest
  }

  /// Where the content of the first placeholder outside of code is.
  private func placeholder(in text: Substring) -> Range<Substring.Index>? {
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == "`" {
        let mark = text[index...].prefix { $0 == "`" }
        let behind = text[mark.endIndex...]
        index = behind.firstRange(of: mark)?.upperBound ?? mark.endIndex
        continue
      }
      if text[index...].hasPrefix("<!--="),
        let keyEnd = text[index...].firstRange(of: "-->"),
        let end = text[keyEnd.upperBound...].firstRange(of: "<!--/-->")
      {
        return keyEnd.upperBound..<end.lowerBound
      }
      index = text.index(after: index)
    }
    return nil
  }
}
