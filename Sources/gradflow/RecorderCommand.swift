import ArgumentParser
import Platform
import Records

struct RecorderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recorder",
    abstract: "Writes gradflow_recorder.py, which records the gradients of any PyTorch model.",
    discussion: """
      One file without dependencies but PyTorch 2. Two lines in a training loop leave a folder of \
      records like those of `gradflow run`; the text at its head says how.
      """)

  @Option(
    name: .customLong("write"),
    help: ArgumentHelp(
      "The folder to write it to. (default: it is printed)", valueName: "dir"))
  var folder: String?

  func run() throws {
    let script = carriedFile("gradflow_recorder.py")
    guard let folder else {
      print(String(decoding: script, as: UTF8.self), terminator: "")
      return
    }
    let path = "\(folder)/gradflow_recorder.py"
    try writeAtomically(script, to: path)
    print(path)
  }
}
