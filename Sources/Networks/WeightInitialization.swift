package import Experiments
import Randomness
package import Tensors

extension Initialization {
  /// Draws the weights named `name`, O×C×K×L or O×I, from the stream of that name: the same seed
  /// and name give the same weights in every network.
  package func weights(_ name: String, shape: Shape, seed: UInt64, on engine: Engine) -> Tensor {
    var generator = SeededGenerator(seed: seed, stream: name)
    let receptiveField = shape.rank == 4 ? shape[2] * shape[3] : 1
    let inputs = Double(shape[1] * receptiveField)
    let outputs = Double(shape[0] * receptiveField)
    let values: [Float] =
      switch self {
      case .he:
        generator.normals(shape.count, deviation: (2 / inputs).squareRoot())
      case .xavier:
        generator.uniforms(shape.count, limit: (6 / (inputs + outputs)).squareRoot())
      case .normal(let deviation):
        generator.normals(shape.count, deviation: deviation)
      }
    return Tensor(values, shape: shape, on: engine)
  }
}
