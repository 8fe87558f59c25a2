import Essentials
import Figures
import Records

/// The lessons of a folder.
package struct Course: Sendable {
  package let folder: String
  package let lessons: [Lesson]

  /// Reads every Markdown file of a folder, in the order of their names.
  package init(folder: String) throws(CourseError) {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    let lessons = (names ?? []).filter { $0.hasSuffix(".md") }.sorted()
    guard !lessons.isEmpty else { throw CourseError.empty(folder) }
    self.folder = folder
    var read: [Lesson] = []
    for name in lessons {
      let path = "\(folder)/\(name)"
      guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20,
        let text = String(validating: data, as: UTF8.self)
      else { throw CourseError.unreadable(path) }
      read.append(Lesson(path: path, text: text))
    }
    self.lessons = read
  }

  /// Fills the placeholders of every lesson, and returns the paths of those that changed.
  package func refresh(from results: Results) throws -> [String] {
    var changed: [String] = []
    for lesson in lessons {
      let filled = FilledLesson(lesson, from: results)
      guard !filled.drifted.isEmpty else { continue }
      try writeAtomically(Array(filled.text.utf8), to: lesson.path)
      changed.append(lesson.path)
    }
    return changed
  }

  /// Copies the lessons to another folder; what they link to outside of theirs is linked from there.
  package func copy(to destination: String) throws {
    let home = standardized(folder)
    for lesson in lessons {
      let name = lesson.path.split(separator: "/").last ?? ""
      let text = lesson.rewritingLinks { target in
        guard !isElsewhere(target) else { return target }
        let path = standardized("\(home)/\(target)")
        return path.hasPrefix(home + "/")
          ? target : relativePath(from: standardized(destination), to: path)
      }
      try writeAtomically(Array(text.utf8), to: "\(destination)/\(name)")
    }
  }
}

/// A folder that has no lessons to offer.
package enum CourseError: Error, Hashable, CustomStringConvertible {
  case empty(String)
  case unreadable(String)

  package var description: String {
    switch self {
    case .empty(let folder): "There are no lessons in \(folder)."
    case .unreadable(let path): "\(path) is not text of at most a megabyte."
    }
  }
}

extension Lesson {
  /// The text with other targets of its links and images, outside of code.
  func rewritingLinks(_ change: (String) -> String) -> String {
    var changed = lines
    for part in parts {
      switch part.kind {
      case .link(let target), .image(let target):
        changed[part.line] = changed[part.line].replacing(
          "](\(target)", with: "](\(change(target))")
      case .value, .block, .code, .heading, .inlineCommand: break
      }
    }
    return changed.joined(separator: "\n")
  }
}

/// Whether a link leads out of the files, or to a place of the same page.
func isElsewhere(_ target: String) -> Bool {
  target.contains("://") || target.hasPrefix("mailto:") || target.hasPrefix("#")
}

/// An absolute path without `.` and `..`.
package func standardized(_ path: String) -> String {
  let absolute =
    path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  var parts: [Substring] = []
  for part in absolute.split(separator: "/") where part != "." {
    if part == ".." { _ = parts.popLast() } else { parts.append(part) }
  }
  return "/" + parts.joined(separator: "/")
}

/// The way from a folder to a file, both standardized.
package func relativePath(from folder: String, to path: String) -> String {
  let (start, end) = (folder.split(separator: "/"), path.split(separator: "/"))
  let shared = zip(start, end).prefix { $0 == $1 }.count
  let up = Array(repeating: Substring(".."), count: start.count - shared)
  return (up + end[shared...]).joined(separator: "/")
}
