import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

/// Files that end in a device which has no room.
@Suite("A full disk is an error, not a shorter file", .enabled(if: exists("/dev/full")))
struct FullDiskTests {
  private let folder: TemporaryFolder
  private let configuration: RunConfiguration
  private var store: RecordStore { RecordStore(output: folder.path) }

  init() throws {
    folder = try TemporaryFolder()
    var configuration = sampleConfiguration()
    configuration.recording.lossInterval = 2
    self.configuration = configuration
  }

  private var partial: String { "\(folder.path)/runs/\(configuration.runName).partial" }

  /// Takes the room from a file of the run.
  private func fill(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: partial, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(partial)/\(name)", withDestinationPath: "/dev/full")
  }

  private let state = [NamedArray("conv1.weight", shape: [2]) { [1, 2] }]

  private func isOfFullDisk(_ error: RecordError?, at path: String) -> Bool {
    error == .system(action: "write", path: path, reason: String(cString: strerror(ENOSPC)))
  }

  @Test(
    "whichever file finds no room is named, and the run does not count",
    arguments: [
      "run.json.partial", "steps.csv", "evaluations.csv", "gradients.csv", "responses.csv",
      "blocks.csv", "checkpoint.safetensors.partial", "timing.json.partial",
      "steps.csv.thinned.partial",
    ])
  func named(file: String) throws {
    try fill(file)
    let error = #expect(throws: RecordError.self) {
      let writer = try RunWriter(configuration, context: .madeUp, in: folder.path)
      try writer.append(madeUpRecord(configuration))
      try writer.save(state, step: 2)
      try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 2))
    }
    #expect(isOfFullDisk(error, at: "\(partial)/\(file)"), "\(error?.description ?? "")")
    #expect(store.runNames().isEmpty)
    // What was to take the place of a file does not stay.
    if file.hasSuffix(".partial") {
      #expect(try !folder.contents("runs/\(configuration.runName).partial").contains(file))
    }
  }

  @Test("a state that finds no room leaves the one before, which the run continues from")
  func checkpoint() throws {
    let record = madeUpRecord(configuration)
    do {
      let writer = try RunWriter(configuration, context: .madeUp, in: folder.path)
      try writer.append(record.steps[0])
      try writer.append(record.gradients.rows(at: 0))
      try writer.append(record.responses.rows(at: 0))
      try writer.append(record.blocks.rows(at: 0))
      try writer.save(state, step: 1)
      try fill("checkpoint.safetensors.partial")
      try writer.append(record.steps[1])
      let error = #expect(throws: RecordError.self) { try writer.save(state, step: 2) }
      #expect(isOfFullDisk(error, at: "\(partial)/checkpoint.safetensors.partial"))
    }
    #expect(store.interruptedStep(configuration) == 1)
    let writer = try RunWriter(configuration, context: .madeUp, in: folder.path)
    let saved = try #require(writer.saved)
    #expect(saved.step == 1 && saved.steps.all == [record.steps[0]])
    try writer.append(record.steps[1])
    try writer.append(record.gradients.rows(at: 1))
    try writer.append(record.responses.rows(at: 1))
    try writer.append(record.blocks.rows(at: 1))
    try writer.append(record.evaluations)
    try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 2))
    #expect(try store.load(configuration).gradients == record.gradients)
  }

  @Test("a table of many rows stops where the room ends, before the run is over")
  func early() throws {
    try fill("steps.csv")
    let writer = try RunWriter(configuration, context: .madeUp, in: folder.path)
    let row = StepRow(step: 0, loss: 1, error: 50, learningRate: 0.1)
    #expect(throws: RecordError.self) {
      for _ in 0..<100 { try writer.append([StepRow](repeating: row, count: 1000)) }
    }
  }

  @Test("a figure that finds no room leaves the one before")
  func figure() throws {
    let path = "\(folder.path)/figure.svg"
    try writeAtomically(Array("before".utf8), to: path)
    try FileManager.default.createSymbolicLink(
      atPath: "\(path).partial", withDestinationPath: "/dev/full")
    let error = #expect(throws: RecordError.self) {
      try writeAtomically(Array("after".utf8), to: path)
    }
    #expect(isOfFullDisk(error, at: "\(path).partial"))
    #expect(try folder.text("figure.svg") == "before" && folder.contents("").count == 1)
  }
}
