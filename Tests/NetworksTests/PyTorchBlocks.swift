import Foundation
import Testing

/// What PyTorch's autograd computed for the blocks of networks with weights and images given by a
/// formula; see `Fixtures/pytorch_blocks.py`, which wrote the numbers.
struct PyTorchBlocks: Decodable {
  struct Parameter: Decodable {
    let name: String
    let shape: [Int]
    let scale: Double
    let offset: Double
  }
  struct Block: Decodable {
    let name: String
    let stage: Int
    let shapeChanges: Bool
    let inputRMS: Double
    let branchRMS: Double
    let outputRMS: Double
    let gradientAtSum: Double
    let gradientThroughShortcut: Double?
    let gradientThroughBranch: Double
    let gradientCosine: Double?
    let inputGradient: Double
  }
  struct ImageGradient: Decodable {
    let norm: Double
    /// Products with vectors of random signs.
    let projections: [Double]
  }
  struct Network: Decodable {
    let name: String
    let width: Int
    let images: PyTorchReference.Images
    let labels: [Int32]
    let loss: Double
    let imageGradient: ImageGradient
    let parameters: [Parameter]
    let blocks: [Block]
  }

  let networks: [Network]

  static func load() throws -> PyTorchBlocks {
    let url = try #require(
      Bundle.module.url(
        forResource: "pytorch-blocks", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(PyTorchBlocks.self, from: Data(contentsOf: url))
  }
}
