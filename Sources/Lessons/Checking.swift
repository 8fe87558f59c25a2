import Essentials
import Experiments
import Figures
import Wording

/// Compares lessons with records, figures, sources and commands.
package struct CourseCheck {
  private let course: Course
  private let results: Results
  /// What is wrong with the words behind `gradflow`, a sentence; nil if nothing is.
  private let complaint: (_ arguments: [String]) -> String?

  package init(
    _ course: Course, results: Results, complaint: @escaping (_ arguments: [String]) -> String?
  ) {
    self.course = course
    self.results = results
    self.complaint = complaint
  }

  /// Everything that is to be mended, in the order of the lessons.
  package func findings() -> [Finding] {
    course.lessons.flatMap(findings).sorted {
      ($0.path, $0.line) < ($1.path, $1.line)
    } + figuresWithoutLesson
  }

  /// How much there was to check, in words.
  package var summary: String {
    let parts = course.lessons.flatMap(\.parts)
    func count(_ isMeant: (Lesson.Kind) -> Bool) -> Int { parts.count { isMeant($0.kind) } }
    let values = count { if case .value = $0 { true } else { false } }
    let blocks = count { if case .block = $0 { true } else { false } }
    let links = count { if case .link = $0 { true } else { false } }
    let code = count { if case .code = $0 { true } else { false } }
    return "\(counted(course.lessons.count, "lesson")): \(counted(values, "value")), "
      + "\(blocks) figures and tables, \(counted(links, "link")) and \(code) blocks of code are right."
  }

  private func findings(of lesson: Lesson) -> [Finding] {
    let filled = FilledLesson(lesson, from: results)
    var findings = lesson.problems + filled.problems + filled.drifted
    for (index, part) in lesson.parts.enumerated() {
      let sentences: [String] =
        switch part.kind {
        case .image(let target): image(target, in: lesson)
        case .link(let target): link(target, in: lesson)
        case .block(let words, _): words.first == "figure" ? picture(words, lesson) : []
        case .code(let language, let lines): code(language, lines, index, lesson)
        case .inlineCommand(let text): isPattern(text) ? [] : command(text)
        case .value, .heading: []
        }
      findings += sentences.map { Finding(path: lesson.path, line: part.line + 1, $0) }
    }
    return findings
  }

  // MARK: - Figures and links

  /// Every figure of the catalog belongs into a lesson.
  private var figuresWithoutLesson: [Finding] {
    let shown = Set(
      course.lessons.flatMap(\.parts).flatMap { part -> [String] in
        switch part.kind {
        case .block(let words, _): words.first == "figure" ? Array(words.dropFirst()) : []
        case .image(let target): [figureName(target) ?? ""]
        case .value, .link, .code, .heading, .inlineCommand: []
        }
      })
    return Figure.catalog.map(\.name).filter { !shown.contains($0) }.map {
      Finding(
        path: "\(course.folder)/README.md", line: 1,
        "no lesson shows the figure \($0) of the catalog.")
    }
  }

  /// `quickstart-curves` of a path into a folder of figures.
  private func figureName(_ target: String) -> String? {
    let parts = target.split(separator: "/")
    guard parts.count >= 2, parts[parts.count - 2] == "figures" else { return nil }
    return parts.last.map { String($0.prefix { $0 != "." }) }
  }

  private func image(_ target: String, in lesson: Lesson) -> [String] {
    if let name = figureName(target), !isKnown(name) {
      return ["the figure \(name) is not in the catalog (gradflow list)."]
    }
    return link(target, in: lesson)
  }

  /// Whether a picture is of the catalog, of any budget: `depth-sweep`, `depth-sweep-night`.
  private func isKnown(_ name: String) -> Bool {
    let endings = [""] + Budget.allCases.map { "-\($0.rawValue)" }
    return Figure.catalog.contains { figure in endings.contains { name == figure.name + $0 } }
  }

  private func picture(_ words: [String], _ lesson: Lesson) -> [String] {
    // What is wrong with the words, or has no records, is told where they are filled.
    guard let path = try? results.figurePath(Array(words.dropFirst())) else { return [] }
    let option = words.count > 2 ? " --budget \(words[2])" : ""
    return exists(path, from: lesson)
      ? [] : ["the picture \(path) is missing; `gradflow draw \(words[1])\(option)` draws it."]
  }

  private func link(_ target: String, in lesson: Lesson) -> [String] {
    if target.contains("://") || target.hasPrefix("mailto:") { return [] }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let file = String(parts[0])
    guard file.isEmpty || exists(file, from: lesson) else {
      return ["\(file) does not exist."]
    }
    guard parts.count == 2 else { return [] }
    let other =
      file.isEmpty
      ? lesson
      : course.lessons.first { standardized($0.path) == standardized(place(of: file, lesson)) }
    guard let other, !other.anchors.contains(String(parts[1])) else { return [] }
    return ["no heading of \(other.path) has the anchor #\(parts[1])."]
  }

  private func place(of target: String, _ lesson: Lesson) -> String {
    let folder = lesson.path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return "\(folder.joined(separator: "/"))/\(target)"
  }

  private func exists(_ target: String, from lesson: Lesson) -> Bool {
    FileManager.default.fileExists(atPath: place(of: target, lesson))
  }

  // MARK: - Code and commands

  private func code(
    _ language: String, _ lines: [String], _ index: Int, _ lesson: Lesson
  ) -> [String] {
    switch language {
    case "sh": lines.map(trimmed).filter { $0.hasPrefix("gradflow") }.flatMap(command)
    case "swift": quotation(lines, index, lesson)
    default: []
    }
  }

  /// At most so many lines are quoted: for more there is the file.
  private static let quotedLines = 10

  private func quotation(_ lines: [String], _ index: Int, _ lesson: Lesson) -> [String] {
    guard lines.count <= Self.quotedLines else {
      return ["\(lines.count) lines are quoted; at most \(Self.quotedLines) are read."]
    }
    var source: String?
    for part in lesson.parts[..<index] {
      switch part.kind {
      case .heading: source = nil
      case .link(let target): if target.hasSuffix(".swift") { source = target }
      case .value, .block, .image, .code, .inlineCommand: break
      }
    }
    guard let source else {
      return ["the section has no link to the Swift file that is quoted here."]
    }
    guard let data = FileManager.default.contents(atPath: place(of: source, lesson)) else {
      return []
    }
    let quoted = lines.map(trimmed)
    let file = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map { trimmed(String($0)) }
    let isThere = file.indices.contains { start in
      start + quoted.count <= file.count && Array(file[start..<(start + quoted.count)]) == quoted
    }
    return isThere ? [] : ["these lines do not stand one after the other in \(source)."]
  }

  private func command(_ text: String) -> [String] {
    let words = shellWords(text)
    guard words.first == "gradflow" else { return ["“\(text)” is not a command of gradflow."] }
    return complaint(Array(words.dropFirst())).map { ["\(text): \($0)"] } ?? []
  }

  /// Whether a command stands for many: it has words in capitals, or an ellipsis.
  private func isPattern(_ text: String) -> Bool {
    text.contains("…") || text.contains("[")
      || text.split(separator: " ").contains { word in
        word.count > 1 && word.allSatisfy { $0.isUppercase || $0.isPunctuation }
          && word.contains { $0.isLetter }
      }
  }
}

/// The words of a command as a shell sees them, without what stands behind `#`.
package func shellWords(_ text: String) -> [String] {
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in text {
    if let open = quote {
      if character == open { quote = nil } else { word = (word ?? "") + [character] }
    } else if character == "'" || character == "\"" {
      quote = character
      word = word ?? ""
    } else if character.isWhitespace {
      if let finished = word { words.append(finished) }
      word = nil
    } else if character == "#", word == nil {
      break
    } else {
      word = (word ?? "") + [character]
    }
  }
  return words + [word].compactMap { $0 }
}

extension Course {
  /// The commands of the lessons in their order, each once, and the YAML files that they speak of.
  package var commands: [[String]] {
    var commands: [[String]] = []
    for lines in codes("sh") {
      for line in lines.map(trimmed) where line.hasPrefix("gradflow ") {
        let words = Array(shellWords(line).dropFirst())
        if !commands.contains(words) { commands.append(words) }
      }
    }
    return commands
  }

  /// The blocks of YAML that begin with their name: `# tanh.yaml`.
  package var files: [(name: String, text: String)] {
    codes("yaml").compactMap { lines in
      guard let first = lines.first, first.hasPrefix("# "), first.hasSuffix(".yaml"),
        !first.contains("/")
      else { return nil }
      return (String(first.dropFirst(2)), lines.joined(separator: "\n") + "\n")
    }
  }

  private func codes(_ language: String) -> [[String]] {
    lessons.flatMap(\.parts).compactMap { part in
      if case .code(language, let lines) = part.kind { lines } else { nil }
    }
  }
}
