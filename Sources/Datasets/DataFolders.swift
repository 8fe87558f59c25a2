import Platform

/// Where the files of a data set may be.
struct DataFolders {
  let folders: [String]

  /// The given folder alone; otherwise `$GRADFLOW_DATA`, the cache folder of the platform and the
  /// folder of Debian's data sets. Each is searched itself and in the named subfolders.
  init(_ directory: String?, subfolders: [String]) {
    let usual = [
      environmentVariable("GRADFLOW_DATA"), cacheFolder, "/usr/share/datasets",
    ]
    let roots = directory.map { [$0] } ?? usual.compactMap { $0 }
    folders = roots.flatMap { root in [root] + subfolders.map { "\(root)/\($0)" } }
  }

  /// The first folder that has all of these files, each with the ending `.gz` or without.
  func folder(withAll names: [String]) -> String? {
    folders.first { folder in
      names.allSatisfy { name in
        ["", ".gz"].contains { access("\(folder)/\(name)\($0)", F_OK) == 0 }
      }
    }
  }

  /// Reads a file, which may have the ending `.gz`.
  func file(_ name: String, remedy: String) throws(DatasetError) -> DataFile {
    for folder in folders {
      for path in ["\(folder)/\(name)", "\(folder)/\(name).gz"] where access(path, F_OK) == 0 {
        return try DataFile(path)
      }
    }
    throw .missing(file: name, folders: folders, remedy: remedy)
  }
}
