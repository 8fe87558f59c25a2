import Experiments

/// What is known of one file of a data set on this machine.
package struct FileCheck: Sendable {
  package enum Verdict: Sendable, Equatable {
    /// Where it is; its contents are the published ones.
    case right(path: String)
    case wrong(path: String, reason: String)
    case missing
  }

  package let name: String
  package let verdict: Verdict
}

extension Publication {
  /// Looks for the files of the data set, in a folder or the usual places, and compares what they unpack
  /// to with what was published.
  package func check(in directory: String?) -> [FileCheck] {
    let folders = DataFolders(directory, subfolders: Self.subfolders(dataset))
    return contents.map { content in
      FileCheck(name: content.name, verdict: verdict(content, folders))
    }
  }

  /// The folder that all files of the data set lie in; nil where they do not lie in one.
  package func locate(in directory: String?) -> String? {
    DataFolders(directory, subfolders: Self.subfolders(dataset)).folder(
      withAll: contents.map(\.name))
  }

  private func verdict(_ content: Content, _ folders: DataFolders) -> FileCheck.Verdict {
    do throws(DatasetError) {
      let file = try folders.file(content.name, remedy: "")
      let bytes = try file.contents(limit: content.bytes + 1)
      guard bytes.count == content.bytes else {
        return .wrong(
          path: file.path, reason: "has \(bytes.count) bytes, not \(content.bytes)")
      }
      return sha256Hex([bytes]) == content.sha256
        ? .right(path: file.path)
        : .wrong(path: file.path, reason: "has other contents than were published")
    } catch .missing {
      return .missing
    } catch {
      return .wrong(path: content.name, reason: error.description)
    }
  }

  /// The names of folders that a data set may be in.
  static func subfolders(_ dataset: DatasetConfiguration.Name) -> [String] {
    switch dataset {
    case .fashionMNIST: ["fashion-mnist"]
    case .cifar10: ["cifar-10", "cifar-10-batches-bin"]
    case .synthetic, .line: []
    }
  }

}
