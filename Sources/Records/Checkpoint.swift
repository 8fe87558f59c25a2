/// The file with the state of a training: arrays of the training's own, the number of steps done, and
/// how long the tables were then.
struct Checkpoint {
  static let fileName = "checkpoint.safetensors"
  /// Changes when an older program could not continue from a newer file.
  private static let format = "2"

  let step: Int
  let path: String
  /// In bytes, of each table by the name of its file.
  let lengths: [String: Int]

  init(step: Int, path: String, lengths: [String: Int]) {
    self.step = step
    self.path = path
    self.lengths = lengths
  }

  /// Reads what a folder has of a run; nil where no state was saved.
  init?(in folder: String, of run: String) throws(RecordError) {
    let path = "\(folder)/\(Self.fileName)"
    guard exists(path) else { return nil }
    let metadata: [String: String]
    do {
      metadata = try SafetensorsFile(path).metadata
    } catch {
      throw .malformed(path: path, line: nil, reason: "it \(error.reason)")
    }
    func fault(_ reason: String) -> RecordError {
      .malformed(path: path, line: nil, reason: reason)
    }
    guard metadata["format"] == Self.format else {
      throw fault("it is not a state that this program can continue from")
    }
    guard metadata["run"] == run else { throw fault("it is the state of another run") }
    guard let step = metadata["step"].flatMap({ Int($0) }), step >= 0 else {
      throw fault("it does not say how many steps were done")
    }
    self.step = step
    self.path = path
    lengths = metadata.compactMapValues { Int($0) }
  }

  func write(_ state: [NamedArray], of run: String) throws(RecordError) {
    var metadata = ["format": Self.format, "run": run, "step": "\(step)"]
    for (name, length) in lengths { metadata[name] = "\(length)" }
    try writeSafetensors(state, metadata: metadata, to: path)
  }
}
