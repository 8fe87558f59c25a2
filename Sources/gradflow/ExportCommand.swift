import ArgumentParser
import Export
import Foundation
import Platform
import Records

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes records in formats of other tools: TensorBoard's event files, lines of JSON.",
    discussion: """
      For TensorBoard each run has a folder of its own, with losses, errors, rates and, of every layer, \
      the norm of its weight gradient and the norm's logarithm. Equal records give equal bytes.
      """)

  @Argument(
    help: ArgumentHelp("Folders of records, of any program, finished or not.", valueName: "dir"))
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "The folder of event files; `tensorboard --logdir` reads it.", valueName: "dir"))
  var tensorboard: String?

  @Option(help: ArgumentHelp("The file of JSON lines; - prints them.", valueName: "file"))
  var jsonl: String?

  @Flag(
    help: """
      For TensorBoard, of every layer the gradient at its output, its updates and its responses, too: it \
      is slow with thousands of curves.
      """)
  var all = false

  func validate() throws {
    if (tensorboard == nil) == (jsonl == nil) {
      throw ValidationError("Say where to: either --tensorboard or --jsonl, one of them.")
    }
    if all, tensorboard == nil { throw ValidationError("--all is for --tensorboard.") }
  }

  func run() throws {
    let folders = try runFolders(runs)
    var names: Set<String> = []
    for folder in folders where !names.insert(folder.name).inserted {
      throw Complaint("There are two runs called \(folder.name); export them to different places.")
    }
    if let jsonl, let folder = folders.first(where: { contains($0.path, jsonl) }) {
      throw Complaint("\(jsonl) is in \(folder.path), which is exported; choose another place.")
    }
    if let tensorboard {
      for folder in folders {
        let path = "\(tensorboard)/\(fileName(folder.name))/\(TensorBoardRun.fileName)"
        let run = TensorBoardRun(try folder.record(), isWhole: all)
        try writeAtomically(to: path) { file throws(RecordError) in
          try run.forEachPart { bytes throws(RecordError) in try file.write(bytes) }
        }
        print(path)
      }
    } else if let jsonl {
      func write(_ file: inout OutputFile) throws(RecordError) {
        for folder in folders {
          let run = JSONLinesRun(try folder.record(), named: folder.name)
          try run.forEachPart { bytes throws(RecordError) in try file.write(bytes) }
        }
      }
      if jsonl == "-" { return try writeToStandardOutput(write) }
      try writeAtomically(to: jsonl, write)
      // What goes to a program or the terminal is not followed by words.
      var status = stat()
      if stat(jsonl, &status) == 0, status.st_mode & S_IFMT == S_IFREG { print(jsonl) }
    }
  }

  private func contains(_ folder: String, _ path: String) -> Bool {
    let real = { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    return real(path).hasPrefix(real(folder) + "/")
  }
}
