import Foundation
import Randomness
import Testing

@testable import Records

@Suite("Safetensors files are read strictly")
struct SafetensorsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/w.safetensors" }

  init() throws { folder = try TemporaryFolder() }

  @Test("arrays are read as they were written, whatever their names and shapes")
  func roundTrip() throws {
    let arrays: [(String, [Int], [Float])] = [
      ("conv1.weight", [2, 1, 1, 2], [1, -2, .infinity, 1e-38]), ("scalar", [], [7]),
      ("none", [0, 3], []), ("a \"quoted\\ name\n\u{1}é", [3], [0, -0.0, .nan]),
    ]
    try writeSafetensors(
      arrays.map { array in NamedArray(array.0, shape: array.1) { array.2 } }, to: path)
    let file = try SafetensorsFile(path)
    #expect(file.entries.count == 4)
    for (name, shape, values) in arrays {
      #expect(file.entries[name]?.shape == shape)
      #expect(try file.floats(name).map(\.bitPattern) == values.map(\.bitPattern))
    }
    #expect(try folder.contents("") == ["w.safetensors"])
  }

  @Test("metadata and integers, as PyTorch's writer makes them, are understood")
  func others() throws {
    try write(
      #"{"__metadata__":{"format":"pt"},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
        + #""w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}   "#,
      data: [5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63])
    let file = try SafetensorsFile(path)
    #expect(try file.integers("n") == [5] && file.floats("w") == [1])
    do {
      _ = try file.floats("n")
      Issue.record("an integer was read as a float")
    } catch { #expect(error.description.contains("as I64, not as F32")) }
    do {
      _ = try file.floats("v")
      Issue.record("an array was read that is not there")
    } catch { #expect(error.description.contains("no “v”; it has n, w")) }
  }

  @Test(
    "headers that lie are refused with their fault",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "cut off"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "cut off"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "gap"),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
          + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "overlaps"
      ),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, "12 bytes"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, "[-2]"),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8, "shape"
      ),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, "offsets"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, 8, "offsets"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, 8, "offsets"),
      (#"{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}"#, 8, "BF16"),
      (#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, 8, "lacks"),
      (#"{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}"#, 8, "damaged header"),
      (#"{"a":[]}"#, 0, "damaged header"), (#"["a"]"#, 0, "not JSON"), ("{", 0, "damaged header"),
      ("", 0, "not JSON"),
    ])
  func faults(header: String, bytes: Int, word: String) throws {
    try write(header, data: [UInt8](repeating: 0, count: bytes))
    do {
      _ = try SafetensorsFile(path)
      Issue.record("accepted: \(header)")
    } catch {
      #expect(error.description.contains(word) && error.description.contains(path), "\(error)")
    }
  }

  @Test("files without a header, and what is no file, are refused")
  func noHeader() throws {
    for bytes in [[], [1, 2, 3], [UInt8](repeating: 255, count: 20)] as [[UInt8]] {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(path) }
    }
    #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(folder.path) }
    #expect(throws: SafetensorsError.self) { _ = try SafetensorsFile(path + "x") }
  }

  @Test("four thousand mutations are read or refused, and nothing else happens")
  func mutations() throws {
    try writeSafetensors(
      [
        NamedArray("a.weight", shape: [2, 3]) { [1, 2, 3, 4, 5, 6] },
        NamedArray("b", shape: [1]) { [7] },
      ], to: path)
    let original = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    var random = SeededGenerator(state: 11)
    var refused = 0
    for _ in 0..<4000 * fuzzFactor {
      try Data(mutated(original, using: &random)).write(to: URL(fileURLWithPath: path))
      do {
        let file = try SafetensorsFile(path)
        for (name, entry) in file.entries where entry.type == .float32 {
          #expect(try file.floats(name).count == entry.count)
        }
      } catch { refused += 1 }
    }
    #expect(refused > 2000)
  }

  private func write(_ header: String, data: [UInt8]) throws {
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    bytes += header.utf8
    try Data(bytes + data).write(to: URL(fileURLWithPath: path))
  }
}
