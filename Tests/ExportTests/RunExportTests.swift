import Experiments
import Records
import SampleRecords
import Testing

@testable import Export

@Suite("Runs in other tools' formats")
struct RunExportTests {
  /// A run of other programs' layers, at a few steps, with every kind of number.
  private func run(layers count: Int = 3, path: LayerPlace.Path = .main) -> RunRecord {
    let layers = (1...count).map { index in
      RunDescription.Layer(
        LayerPlace(index: index, name: "l\(index)", stage: 0, path: path), kind: "Linear",
        parameters: 1)
    }
    var record = RunRecord(
      RunDescription(
        recorded: .init(name: "net", role: .none, depth: count), layers: layers, conditions: [:],
        context: RunContext(version: "1")))
    record.steps = [
      StepRow(step: 0, loss: 2, error: .nan, learningRate: 0.1),
      StepRow(step: 5, loss: .nan, error: 50, learningRate: 0),
    ]
    record.evaluations = [
      EvaluationRow(step: 6, epoch: .nan, trainingError: .nan, evaluationError: 30)
    ]
    record.gradients = RecordTable(
      [0, 5].flatMap { step in
        layers.flatMap { layer in
          GradientRow.Kind.allCases.map { kind in
            GradientRow(
              step: step, layer: layer.place, kind: kind,
              l2: [0, 1e39, .infinity][(layer.index - 1) % 3], rms: 1, maximum: 1,
              zeroFraction: step == 5 ? .nan : 0, weightNorm: kind == .weight ? 1 : nil,
              updateRatio: kind == .weight ? 0.5 : nil)
          }
        }
      })
    record.responses = RecordTable(
      layers.map { ResponseRow(step: 0, layer: $0.place, deviation: 1, mean: -2) })
    return record
  }

  private func file(_ record: RunRecord, isWhole: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    TensorBoardRun(record, isWhole: isWhole).forEachPart { bytes += $0 }
    return bytes
  }

  @Test("each step is an event of all that was measured at it, in the order of steps")
  func events() {
    var parts: [[UInt8]] = []
    TensorBoardRun(run()).forEachPart { parts.append($0) }
    var layers: [(tag: String, value: Float)] = [
      ("training/loss", 2), ("training/learning_rate", 0.1),
    ]
    for (layer, value) in [("1 l1", Float(0)), ("2 l2", .infinity), ("3 l3", .infinity)] {
      layers.append(("gradient_l2/\(layer)", value))
      let logarithm: Float = layer == "1 l1" ? -.infinity : layer == "2 l2" ? 39 : .infinity
      layers.append(("gradient_log10_l2/\(layer)", logarithm))
    }
    #expect(
      parts == [
        EventFile.beginning, EventFile.event(step: 0, layers),
        EventFile.event(
          step: 5, [("training/loss", .nan), ("training/error", 50), ("training/learning_rate", 0)]),
        EventFile.event(step: 6, [("evaluation/evaluation_error", 30)]),
      ])
  }

  @Test("all that is recorded of layers is there if it is asked for")
  func whole() {
    let bytes = file(run(layers: 1, path: .shortcut), isWhole: true)
    for tag in [
      "gradient_l2/1 l1 (shortcut)", "gradient_log10_l2/1 l1 (shortcut)",
      "update_ratio/1 l1 (shortcut)", "output_gradient_l2/1 l1 (shortcut)",
      "output_gradient_log10_l2/1 l1 (shortcut)", "response_deviation/1 l1 (shortcut)",
    ] { #expect(bytes.contains(tag.utf8), "\(tag)") }
    #expect(!file(run(layers: 1)).contains("update_ratio".utf8))
  }

  @Test("numbers of layers are padded, so that the alphabet is depth", arguments: [1, 9, 10, 1202])
  func padding(count: Int) {
    let bytes = file(run(layers: count))
    let width = "\(count)".count
    for index in Set([1, count / 2 + 1, count]) {
      let number = String("0000\(index)".suffix(width))
      #expect(bytes.contains("gradient_l2/\(number) l\(index)".utf8))
    }
  }

  @Test("equal records are equal bytes, and a run without rows is a file that begins")
  func equal() {
    #expect(file(run(), isWhole: true) == file(run(), isWhole: true))
    let own = madeUpRecord(sampleConfiguration())
    #expect(file(own) == file(own) && file(own).count > 1000)
    var empty = RunRecord(run().run)
    empty.steps = []
    #expect(file(empty) == EventFile.beginning)
  }

  @Test("JSON has a line a row, with nan and infinity as words and null for what is not known")
  func lines() {
    var text = ""
    JSONLinesRun(run(layers: 2), named: "a \"b\"\n</script>\u{7f} ü").forEachPart {
      text += String(decoding: $0, as: UTF8.self)
    }
    let lines = text.split(separator: "\n").map(String.init)
    let start = #"{"run":"a \"b\"\u000a\u003c/script>\u007f ü","table":"#
    #expect(lines.count == 2 + 1 + 8 + 2 && lines.allSatisfy { $0.hasPrefix(start) })
    let rests = lines.map { String($0.dropFirst(start.count)) }
    #expect(rests[0] == #""steps","step":0,"loss":2,"error":null,"learning_rate":0.1}"#)
    #expect(rests[1] == #""steps","step":5,"loss":"nan","error":50,"learning_rate":0}"#)
    #expect(
      rests[2]
        == #""evaluations","step":6,"epoch":null,"training_error":null,"evaluation_error":30}"#)
    #expect(
      rests[5]
        == #""gradients","step":0,"layer_index":2,"layer":"l2","stage":0,"path":"main","#
        + #""kind":"weight","l2":1e+39,"rms":1,"max":1,"zero_fraction":0,"weight_norm":1,"#
        + #""update_ratio":0.5}"#)
    #expect(rests[7].contains(#""l2":null,"rms":null,"max":null,"zero_fraction":null"#))
    #expect(rests[11].hasSuffix(#""deviation":1,"mean":-2}"#))
  }

  @Test("every table of our own runs is there")
  func tables() {
    var text = ""
    JSONLinesRun(madeUpRecord(sampleConfiguration()), named: "own").forEachPart {
      text += String(decoding: $0, as: UTF8.self)
    }
    for rows in RecordTables.all { #expect(text.contains("\"table\":\"\(rows.table)\"")) }
    #expect(text.contains(#""shape_changes":true"#) && text.contains(#""block":"layer1.0""#))
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: some Collection<UInt8>) -> Bool {
    firstRange(of: part) != nil
  }
}
