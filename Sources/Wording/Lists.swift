/// `a, b and c`.
package func sentenceList(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}

/// `1 step`, `20 steps`.
package func counted(_ count: Int, _ noun: String) -> String {
  "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
}

/// A text that begins with a capital letter.
package func capitalized(_ text: String) -> String {
  text.prefix(1).uppercased() + text.dropFirst()
}

/// Text without the characters that would mean something in Markdown.
package func escapedMarkdown(_ text: String) -> String {
  String(text.flatMap { "*_[]|<>".contains($0) ? ["\\", $0] : $0.isNewline ? [" "] : [$0] })
}
