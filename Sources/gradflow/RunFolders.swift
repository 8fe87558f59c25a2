import Records

/// The folders of runs at these paths, each once; a sentence about one that is none. Files that lock runs
/// under way are passed over: they lie beside the runs, where `*` finds them.
func runFolders(_ paths: [String]) throws -> [RunFolder] {
  var folders: [RunFolder] = []
  for path in paths where !path.hasSuffix(".partial.lock") {
    let folder = try RunFolder(path)
    if !folders.contains(folder) { folders.append(folder) }
  }
  guard !folders.isEmpty else { throw Complaint("These are the locks of runs, and no runs.") }
  return folders
}

/// A name that files can have: without slashes and what does not show, and not too long for any file
/// system with an ending behind it.
func fileName(_ name: String) -> String {
  var kept = ""
  for character in name {
    let isFit = character != "/" && !character.unicodeScalars.contains { $0.value < 0x20 }
    let next = kept + (isFit ? String(character) : "-")
    guard next.utf8.count <= 150 else { break }
    kept = next
  }
  let visible = kept.drop { $0 == "." }
  return visible.isEmpty ? "runs" : String(visible)
}
