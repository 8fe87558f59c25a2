import Experiments
import Foundation
import SampleRecords
import Testing

@testable import Records

@Suite("Records of other programs' networks")
struct RecordedTests {
  private let folder: TemporaryFolder
  private let store: RecordStore

  init() throws {
    folder = try TemporaryFolder()
    store = RecordStore(output: folder.path)
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/runs/mine", withIntermediateDirectories: true)
    try folder.write(description, to: "runs/mine/run.json")
    try folder.write(
      "step,loss,error,learning_rate\n0,2.5,,0.1\n10,inf,12.5,0.1\n", to: "runs/mine/steps.csv")
    try folder.write(
      """
      step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,update_ratio
      0,1,encoder.0,1,main,weight,3,1,2,0,5,0.001
      0,1,encoder.0,1,main,activation,4,1,2,0.5,,
      0,2,head,2,main,weight,,,,,1,0
      10,1,encoder.0,1,main,weight,3,1,2,0,5,0.001
      10,1,encoder.0,1,main,activation,4,1,2,0.5,,
      10,2,head,2,main,weight,inf,inf,inf,0,1,0

      """, to: "runs/mine/gradients.csv")
  }

  private let description = """
    {"format": 2, "source": "recorded",
     "subject": {"name": "my transformer", "role": "none", "depth": 2},
     "layers": [
       {"index": 1, "name": "encoder.0", "stage": 1, "path": "main", "kind": "Attention", "parameters": 12},
       {"index": 2, "name": "head", "stage": 2, "path": "main", "kind": "Linear", "parameters": 4, "filters": 2}],
     "conditions": {"optimizer": "AdamW", "batch size": 32, "lr": 0.001, "compiled": true},
     "context": {"version": "0.2.0", "pyTorch": "2.13.0"}}
    """

  @Test("are read, with what was not measured left open")
  func reading() throws {
    let record = try store.load("mine")
    #expect(store.runNames() == ["mine"])
    #expect(record.run.source == .recorded && record.run.subject.role == .none)
    #expect(record.run.layers.map(\.kind) == ["Attention", "Linear"])
    #expect(record.run.layers.map(\.filters) == [nil, 2])
    #expect(
      record.run.conditions
        == ["optimizer": "AdamW", "batch size": "32", "lr": "0.001", "compiled": "true"])
    #expect(record.steps[0].error.isNaN && record.steps[1].error == 12.5)
    #expect(record.evaluations.isEmpty && record.responses.isEmpty && record.blocks.isEmpty)
    #expect(record.gradients.steps == [0, 10])
    #expect(record.gradients(.weight, at: 10).map(\.l2) == [3, .infinity])
    #expect(record.gradients(.weight, at: 0).map(\.isKnown) == [true, false])
    #expect(record.gradients(.weight, at: 10).map(\.isKnown) == [true, true])
    #expect(record.run.configuration == nil)
  }

  @Test("what is written is what was read")
  func roundTrip() throws {
    let record = try store.load("mine")
    try folder.write(String(decoding: record.run.json(), as: UTF8.self), to: "runs/mine/run.json")
    #expect(try store.load("mine").run == record.run)
  }

  @Test(
    "are refused where they contradict themselves",
    arguments: [
      ("gradients.csv", "10,2,head,2,main,weight,inf,inf,inf,0,1,0\n", "", "lacks"),
      (
        "gradients.csv", "0,2,head,2,main,weight,,,,,1,0\n", "", "lacks the weights of head"
      ),
      ("gradients.csv", "weight,,,,,1", "weight,,1,,,1", "a number is missing"),
      ("gradients.csv", "1,encoder.0", "1,decoder.0", "lacks the weights of encoder.0"),
      ("gradients.csv", "10,", "0,", "in their order"),
      ("steps.csv", "10,inf", "0,inf", "too many"),
      ("run.json", "\"encoder.0\"", "\"head\"", "“head” twice"),
      ("run.json", "\"index\": 2", "\"index\": 0", "forward order"),
      ("run.json", "\"role\": \"none\"", "\"role\": \"other\"", "subject.role"),
      ("run.json", "\"parameters\": 4", "\"parameters\": -4", "negative"),
      ("run.json", "\"encoder.0\"", "\"encoder,0\"", "commas"),
      ("run.json", "\"source\": \"recorded\"", "\"source\": \"gradflow\"", "configuration"),
      ("run.json", "\"format\": 2", "\"format\": 3", "format is 3"),
      ("run.json", "\"format\": 2", "\"format\": 0", "format is 0"),
      ("run.json", "true", "[]", "conditions"),
    ])
  func contradictions(file: String, old: String, new: String, words: String) throws {
    let text = try folder.text("runs/mine/\(file)")
    try #require(text.contains(old))
    try folder.write(
      text.replacingOccurrences(of: old, with: new), to: "runs/mine/\(file)")
    let error = #expect(throws: RecordError.self) { try store.load("mine") }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("records of format 1 are read: evaluations were called epochs, and blocks not measured")
  func formatOne() throws {
    let run = sampleConfiguration()
    try writeRun(sampleRecord(), in: folder.path)
    let path = "\(folder.path)/runs/\(run.runName)"
    let manager = FileManager.default
    try manager.moveItem(atPath: "\(path)/evaluations.csv", toPath: "\(path)/epochs.csv")
    try manager.removeItem(atPath: "\(path)/blocks.csv")
    let description = try JSONSerialization.jsonObject(
      with: Data(try folder.text("runs/\(run.runName)/run.json").utf8))
    var keys = try #require(description as? [String: Any])
    keys["format"] = 1
    for key in ["layers", "source", "subject"] { keys[key] = nil }
    try JSONSerialization.data(withJSONObject: keys).write(
      to: URL(fileURLWithPath: "\(path)/run.json"))
    let read = try store.load(run)
    #expect(read.evaluations == sampleRecord().evaluations && read.blocks.isEmpty)
    #expect(read.run.subject.name == "plain-8" && read.run.layers.count == 8)
    #expect(read.gradients == sampleRecord().gradients)
  }
}
