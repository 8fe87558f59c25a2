import Randomness
import Tensors
import Testing

/// Numbers from [−1, 1) that depend on the name alone.
func numbers(_ name: String, _ count: Int) -> [Float] {
  var random = SeededGenerator(seed: 11, stream: name)
  return random.uniforms(count, limit: 1)
}

func tensor(_ name: String, _ shape: Shape, _ engine: Engine) -> Tensor {
  Tensor(numbers(name, shape.count), shape: shape, on: engine)
}

/// Σ a·b in double precision.
func dot(_ first: [Float], _ second: [Float]) -> Double {
  zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// The largest difference, relative to the largest expected value.
func largestError(_ ours: [Float], _ expected: [Double]) -> Double {
  guard ours.count == expected.count else { return .infinity }
  let size = expected.map(abs).max() ?? 0
  let difference = zip(ours, expected).map { abs(Double($0) - $1) }.max() ?? 0
  return difference / max(size, 1e-30)
}

/// The geometry of a convolution, for plain loops.
struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  var input: [Int]
  var outputs: Int
  var kernel: [Int]
  var stride = 1
  var padding = 0
  var bias = false

  var testDescription: String {
    "\(input) to \(outputs), \(kernel), stride \(stride), padding \(padding)"
  }

  var inputShape: Shape { Shape(input) }
  var weightShape: Shape { Shape(outputs, input[1], kernel[0], kernel[1]) }
  var outputShape: Shape {
    Shape(
      input[0], outputs, (input[2] + 2 * padding - kernel[0]) / stride + 1,
      (input[3] + 2 * padding - kernel[1]) / stride + 1)
  }

  /// Calls a body with the positions of every product: in x, w and y.
  func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    let (x, w, y) = (inputShape, weightShape, outputShape)
    for n in 0..<y[0] {
      for o in 0..<y[1] {
        for i in 0..<y[2] {
          for j in 0..<y[3] {
            for c in 0..<x[1] {
              for k in 0..<w[2] {
                for l in 0..<w[3] {
                  let (row, column) = (i * stride + k - padding, j * stride + l - padding)
                  guard (0..<x[2]).contains(row), (0..<x[3]).contains(column) else { continue }
                  body(
                    ((n * x[1] + c) * x[2] + row) * x[3] + column,
                    ((o * w[1] + c) * w[2] + k) * w[3] + l,
                    ((n * y[1] + o) * y[2] + i) * y[3] + j)
                }
              }
            }
          }
        }
      }
    }
  }
}

extension Shape {
  /// The channel of an element of N×C×H×W.
  func channel(_ index: Int) -> Int { index / (self[2] * self[3]) % self[1] }
}

/// Channels that fill the blocks of layouts, and that do not.
let shapes = [[2, 8, 5, 5], [1, 5, 3, 4], [3, 16, 2, 7], [2, 3, 1, 1]].map(Shape.init)

/// A tensor in the layout that a convolution prefers.
func blocked(_ shape: Shape, _ engine: Engine) -> Tensor {
  convolution(
    tensor("x", shape, engine), weights: tensor("w", Shape(shape[1], shape[1], 1, 1), engine))
}
