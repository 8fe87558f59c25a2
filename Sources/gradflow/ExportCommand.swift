import ArgumentParser
import Export
import Foundation
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
      throw ValidationError("Say where to: either --tensorboard or --jsonl.")
    }
    if all, tensorboard == nil { throw ValidationError("--all is for --tensorboard.") }
  }

  func run() throws {
    let folders = try runFolders(runs)
    var names: Set<String> = []
    for folder in folders where !names.insert(folder.name).inserted {
      throw Complaint("There are two runs called \(folder.name); export them to different places.")
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
    } else if jsonl == "-" {
      for folder in folders {
        try JSONLinesRun(try folder.record(), named: folder.name).forEachPart {
          try FileHandle.standardOutput.write(contentsOf: Data($0))
        }
      }
    } else if let jsonl {
      try writeAtomically(to: jsonl) { file throws(RecordError) in
        for folder in folders {
          let run = JSONLinesRun(try folder.record(), named: folder.name)
          try run.forEachPart { bytes throws(RecordError) in try file.write(bytes) }
        }
      }
      print(jsonl)
    }
  }
}
