/// A word as a shell reads it back: in single quotes where it holds anything but letters, digits and what
/// means nothing to a shell.
package func shellQuoted(_ word: String) -> String {
  let isPlain = word.allSatisfy { character in
    character.isASCII
      && (character.isLetter || character.isNumber || "_-+=.,:/@%".contains(character))
  }
  guard word.isEmpty || !isPlain else { return word }
  return "'\(word.replacing("'", with: "'\\''"))'"
}

/// Words as a shell reads them back, on one line.
package func shellQuoted(_ words: [String]) -> String {
  words.map { shellQuoted($0) }.joined(separator: " ")
}

/// An option as sbatch reads it behind `#SBATCH`: in double quotes where it holds anything that ends a word
/// or begins a comment there.
func directive(_ option: String) -> String {
  guard option.contains(where: { " \t#'\"\\".contains($0) }) else { return "#SBATCH \(option)" }
  let escaped = option.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  return "#SBATCH \"\(escaped)\""
}
