import Foundation
import Records
import Testing

@testable import gradflow

@Suite("Networks are described and probed")
struct ProbeTests {
  private let folder = NSTemporaryDirectory() + "gradflow-probe-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private struct Structure: Decodable {
    struct Layer: Decodable {
      let name: String
      let kind: String
      let outputShape: [Int]
      let parameters: Int
      let multiplyAdds: Int
    }
    let network: String
    let parameters: Int
    let multiplyAdds: Int
    let layers: [Layer]
  }

  private struct Profile: Decodable {
    struct Layer: Decodable {
      let name: String
      let weightGradientNorm: Double
      let outputGradientNorm: Double
      let responseDeviation: Double
    }
    let loss: Double
    let logits: [[Double]]
    let layers: [Layer]
  }

  private func decode<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  @Test("a description adds up, in JSON and in the table")
  func describe() throws {
    let structure: Structure = try decode(
      try runCommand(["describe", "resnet-34", "--json"]).output)
    #expect(structure.parameters == 21_797_672 && structure.multiplyAdds == 3_663_761_408)
    #expect(structure.layers.reduce(0) { $0 + $1.parameters } == structure.parameters)
    #expect(structure.layers.reduce(0) { $0 + $1.multiplyAdds } == structure.multiplyAdds)
    #expect(structure.layers.first?.name == "conv1")
    #expect(structure.layers.first?.outputShape == [64, 112, 112])
    let table = try runCommand(["describe", "resnet-34"]).output
    for text in ["21,797,672", "3,663,761,408", "[3×3, 256; 3×3, 256] ×6", "option B"] {
      #expect(table.contains(text))
    }
    let all: [Structure] = try decode(try runCommand(["describe", "--json"]).output)
    #expect(all.count == 23)
  }

  @Test("a probe prints every layer in order, and writes every gradient")
  func probe() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try writeBatch(shape: [2, 3, 32, 32], labels: [1, 9])
    let gradients = folder + "/gradients.safetensors"
    let process = try runCommand([
      "probe", "--network", "resnet-20-B", "--batch", folder + "/batch.safetensors",
      "--gradients", gradients, "--json",
    ])
    let profile: Profile = try decode(process.output)
    #expect(profile.logits.count == 2 && profile.logits[0].count == 10)
    #expect(profile.layers.count == 22)
    #expect(profile.layers.map(\.name).prefix(2) == ["conv1", "layer1.0.conv1"])
    #expect(profile.layers.map(\.name).contains("layer2.0.downsample.0"))
    let file = try SafetensorsFile(gradients)
    #expect(file.entries["layer2.0.downsample.0.weight"]?.shape == [32, 16, 1, 1])
    for layer in profile.layers {
      let values = try file.floats("\(layer.name).weight").map(Double.init)
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(abs(norm / layer.weightGradientNorm - 1) < 1e-6)
    }
  }

  @Test("weights that do not fit are named, each with its fault")
  func misfits() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Gradients have the names and shapes of parameters; the statistics are missing.
    let path = folder + "/w.safetensors"
    _ = try runCommand(["probe", "--network", "resnet-8", "--gradients", path])
    let process = try runCommand(["probe", "--network", "resnet-8-C", "--weights", path])
    #expect(process.status != 0)
    #expect(process.error.contains("missing: layer1.0.downsample.0.weight"))
    #expect(process.error.contains("bn1.running_mean"))
    let wider = try runCommand(
      ["probe", "--network", "plain-8", "--width", "8", "--weights", path])
    #expect(wider.error.contains("misshaped: conv1.weight (16×3×3×3 F32, not 8×3×3×3)"))
    let shallower = try runCommand(["probe", "--network", "vgg-16", "--weights", path])
    #expect(shallower.error.contains("unexpected: bn1.bias"))
  }

  @Test("batches that cannot be used are refused in one sentence")
  func batches() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (shape, labels, words) in [
      ([2, 3, 32], [1, 2], "N×C×H×W"), ([2, 3, 8, 8], [1], "one label for each"),
      ([1, 3, 8, 8], [10], "classes 0 to 9"), ([1, 3, 8, 8], [-1], "not between"),
    ] as [([Int], [Int64], String)] {
      try writeBatch(shape: shape, labels: labels)
      let process = try runCommand(
        ["probe", "--network", "plain-8", "--batch", folder + "/batch.safetensors"])
      #expect(process.status != 0 && process.error.contains(words), "\(process.error)")
    }
    try writeBatch(shape: [1, 3, 16, 16], labels: [0])
    let process = try runCommand(
      ["probe", "--network", "vgg-16", "--batch", folder + "/batch.safetensors"])
    #expect(process.error.contains("needs 32 or more"))
  }

  @Test("a benchmark measures what it is asked to, and recording more costs no other numbers")
  func bench() throws {
    struct Report: Decodable {
      let network: String
      let batch: Int
      let size: Int
      let threads: Int
      let record: String
      let medianStepSeconds: Double
      let minimumStepSeconds: Double
      let imagesPerSecond: Double
      let peakMemoryBytes: Int
      let recordedNorms: Int
    }
    for (record, norms) in [("none", 0), ("weights", 8), ("full", 22)] {
      let report: Report = try decode(
        try runCommand([
          "bench", "--network", "plain-8", "--batch", "4", "--size", "8", "--steps", "2",
          "--threads", "1", "--record", record, "--json",
        ]).output)
      #expect(report.recordedNorms == norms && report.record == record)
      #expect(report.network == "plain-8" && report.batch == 4 && report.size == 8)
      #expect(report.threads == 1 && report.minimumStepSeconds <= report.medianStepSeconds)
      #expect(abs(report.imagesPerSecond * report.medianStepSeconds / 4 - 1) < 1e-9)
      #expect(report.peakMemoryBytes > 1 << 20)
    }
  }

  /// Writes images of one value and labels.
  private func writeBatch(shape: [Int], labels: [Int64]) throws {
    let images = [Float](repeating: 0.5, count: shape.reduce(1, *))
    let end = 4 * images.count
    let header = """
      {"images":{"dtype":"F32","shape":\(shape),"data_offsets":[0,\(end)]},\
      "labels":{"dtype":"I64","shape":[\(labels.count)],\
      "data_offsets":[\(end),\(end + 8 * labels.count)]}}
      """
    var data = Data()
    withUnsafeBytes(of: UInt64(header.utf8.count)) { data.append(contentsOf: $0) }
    data.append(contentsOf: header.utf8)
    images.withUnsafeBytes { data.append(contentsOf: $0) }
    labels.withUnsafeBytes { data.append(contentsOf: $0) }
    try data.write(to: URL(fileURLWithPath: folder + "/batch.safetensors"))
  }
}
