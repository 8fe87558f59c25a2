import Foundation
import Networks
import Randomness
import Tensors
import Testing

/// What PyTorch computed for a network with weights and images given by a formula; see
/// `Fixtures/pytorch_reference.py`, which wrote the numbers.
struct PyTorchReference: Decodable {
  struct Images: Decodable {
    let shape: [Int]
    let scale: Double
  }
  struct Gradient: Decodable {
    let name: String
    let shape: [Int]
    let scale: Double
    let offset: Double
    let norm: Double
    /// Products with vectors of random signs.
    let projections: [Double]
    /// The relative error of PyTorch's own single precision against its double precision.
    let float32Error: Double
  }
  struct OutputGradient: Decodable {
    let name: String
    let norm: Double
  }
  struct Network: Decodable {
    let name: String
    let loss: Double
    let logits: [[Double]]
    let outputGradients: [OutputGradient]
    let gradients: [Gradient]
  }

  let images: Images
  let labels: [Int32]
  let networks: [Network]

  static func load() throws -> PyTorchReference {
    let url = try #require(
      Bundle.module.url(
        forResource: "pytorch-reference", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(PyTorchReference.self, from: Data(contentsOf: url))
  }

  /// The stream of 64-bit words that belongs to a name.
  private static func words(_ name: String) -> SeededGenerator {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return SeededGenerator(state: hash)
  }

  /// offset + scale · u with u from [−1, 1), exactly as the script computes it.
  static func values(_ name: String, count: Int, scale: Double, offset: Double = 0) -> [Float] {
    var words = words(name)
    return (0..<count).map { _ in
      Float(offset) + Float(scale) * (Float(words.next() >> 40) * 0x1p-23 - 1)
    }
  }

  /// An estimate of ‖ours − theirs‖ ÷ ‖theirs‖ from the projections.
  static func relativeError(_ ours: [Float], _ theirs: Gradient) -> Double {
    relativeError(ours, theirs.name, norm: theirs.norm, projections: theirs.projections)
  }

  static func relativeError(
    _ ours: [Float], _ name: String, norm: Double, projections: [Double]
  ) -> Double {
    var squares = 0.0
    for (index, expected) in projections.enumerated() {
      var words = words("\(name)/signs/\(index)")
      let projection = ours.reduce(0.0) { sum, value in
        words.next() >> 63 == 0 ? sum + Double(value) : sum - Double(value)
      }
      squares += (projection - expected) * (projection - expected)
    }
    return (squares / Double(projections.count)).squareRoot() / norm
  }
}
