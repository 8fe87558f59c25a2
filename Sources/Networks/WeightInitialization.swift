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
      switch (self, isConvolution: shape.rank == 4) {
      case (.identity, true) where shape[0] == shape[1]:
        middle(of: shape) { $0 == $1 ? 1 : 0 }
      case (.deltaOrthogonal, true):
        orthonormal(&generator, shape)
      case (.he, _), (.identity, _):
        generator.normals(shape.count, deviation: (2 / inputs).squareRoot())
      case (.xavier, _), (.deltaOrthogonal, false):
        generator.uniforms(shape.count, limit: (6 / (inputs + outputs)).squareRoot())
      case (.normal(let deviation), _):
        generator.normals(shape.count, deviation: deviation)
      }
    return Tensor(values, shape: shape, on: engine)
  }
}

/// Filters O×C×K×L that are zero but for their middle.
private func middle(of shape: Shape, _ value: (_ output: Int, _ input: Int) -> Float) -> [Float] {
  var values = [Float](repeating: 0, count: shape.count)
  for output in 0..<shape[0] {
    for input in 0..<shape[1] {
      let filter = (output * shape[1] + input) * shape[2] * shape[3]
      values[filter + shape[2] / 2 * shape[3] + shape[3] / 2] = value(output, input)
    }
  }
  return values
}

/// Filters whose middle is a matrix O×C with orthonormal columns, or rows where it has fewer of them: the
/// length of what goes through stays. Random vectors, orthonormalized one after another.
private func orthonormal(_ generator: inout SeededGenerator, _ shape: Shape) -> [Float] {
  let (length, count) = (max(shape[0], shape[1]), min(shape[0], shape[1]))
  var vectors: [[Double]] = []
  while vectors.count < count {
    var vector = generator.normals(length, deviation: 1).map(Double.init)
    // Twice, since rounding leaves something behind the first time.
    for other in vectors + vectors {
      let share = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
      vector = zip(vector, other).map { $0 - share * $1 }
    }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    vectors.append(vector.map { $0 / norm })
  }
  let hasColumns = shape[0] >= shape[1]
  return middle(of: shape) { output, input in
    Float(hasColumns ? vectors[input][output] : vectors[output][input])
  }
}
