import Tensors
import Testing

private let cases = [
  ConvolutionCase(input: [2, 3, 8, 8], outputs: 16, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [2, 16, 8, 8], outputs: 16, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [1, 16, 9, 7], outputs: 32, kernel: [3, 3], stride: 2, padding: 1),
  ConvolutionCase(input: [5, 8, 7, 7], outputs: 16, kernel: [1, 1], stride: 2, bias: true),
  ConvolutionCase(input: [2, 5, 6, 11], outputs: 13, kernel: [3, 3], padding: 1, bias: true),
  ConvolutionCase(input: [1, 1, 5, 5], outputs: 1, kernel: [5, 5]),
  ConvolutionCase(input: [2, 1, 14, 14], outputs: 8, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [1, 3, 23, 17], outputs: 8, kernel: [7, 7], stride: 2, padding: 3),
  ConvolutionCase(input: [2, 4, 10, 10], outputs: 24, kernel: [3, 3], stride: 3, bias: true),
  ConvolutionCase(input: [3, 13, 4, 6], outputs: 5, kernel: [1, 1]),
  ConvolutionCase(input: [1, 8, 4, 4], outputs: 8, kernel: [3, 1], padding: 1),
  ConvolutionCase(input: [2, 24, 5, 5], outputs: 3, kernel: [3, 3], padding: 2, bias: true),
  ConvolutionCase(input: [1, 2, 3, 3], outputs: 4, kernel: [3, 3]),
  // By Winograd's algorithm where the library has it; sides that tiles of 4×4 do and do not divide.
  ConvolutionCase(input: [2, 32, 8, 8], outputs: 48, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [3, 40, 7, 5], outputs: 32, kernel: [3, 3], padding: 1, bias: true),
]

@Suite("Convolution")
struct ConvolutionTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test("direct and Winograd's convolutions agree to rounding")
  func algorithms() throws {
    let direct = try Engine(threads: 2, convolutions: .direct)
    let outputs = [direct, engine].map { engine in
      convolution(
        tensor("x", Shape(4, 64, 14, 14), engine),
        weights: tensor("w", Shape(64, 64, 3, 3), engine), padding: 1
      ).values()
    }
    #expect(largestError(outputs[1], outputs[0].map(Double.init)) < 1e-4)
  }

  @Test("it is the sum of products", arguments: cases)
  func forward(_ shape: ConvolutionCase) {
    let (x, w) = (
      tensor("x", shape.inputShape, engine), tensor("w", shape.weightShape, engine)
    )
    let bias = shape.bias ? tensor("b", Shape(shape.outputs), engine) : nil
    let output = convolution(
      x, weights: w, bias: bias, stride: shape.stride, padding: shape.padding)
    #expect(output.shape == shape.outputShape)
    let (input, weights) = (x.values(), w.values())
    var expected = (0..<output.shape.count).map {
      bias.map { $0.values() }?[output.shape.channel($0)].double ?? 0
    }
    shape.forEachProduct { expected[$2] += Double(input[$0]) * Double(weights[$1]) }
    #expect(largestError(output.values(), expected) < 1e-5)
  }

  @Test("its derivatives are those of the sum", arguments: cases)
  func backward(_ shape: ConvolutionCase) {
    let (x, w) = (
      tensor("x", shape.inputShape, engine), tensor("w", shape.weightShape, engine)
    )
    let g = tensor("g", shape.outputShape, engine)
    let (input, weights, gradient) = (x.values(), w.values(), g.values())
    var ofInput = input.map { _ in 0.0 }
    var ofWeights = weights.map { _ in 0.0 }
    var ofBias = [Double](repeating: 0, count: shape.outputs)
    shape.forEachProduct {
      ofInput[$0] += Double(gradient[$2]) * Double(weights[$1])
      ofWeights[$1] += Double(gradient[$2]) * Double(input[$0])
    }
    for (index, value) in gradient.enumerated() {
      ofBias[shape.outputShape.channel(index)] += Double(value)
    }
    let inputGradient = convolutionInputGradient(
      g, weights: w, inputShape: x.shape, stride: shape.stride, padding: shape.padding)
    let found = convolutionWeightGradient(
      g, input: x, weightShape: w.shape, bias: shape.bias, stride: shape.stride,
      padding: shape.padding)
    #expect(inputGradient.shape == x.shape && found.weights.shape == w.shape)
    #expect(largestError(inputGradient.values(), ofInput) < 1e-5)
    #expect(largestError(found.weights.values(), ofWeights) < 1e-5)
    #expect((found.bias != nil) == shape.bias)
    if let bias = found.bias { #expect(largestError(bias.values(), ofBias) < 1e-5) }
  }

  @Test("the ways there and back are adjoint: ⟨y, g⟩ = ⟨x, xᵀ⟩ = ⟨w, wᵀ⟩", arguments: cases)
  func adjoint(_ shape: ConvolutionCase) {
    let (x, w) = (
      tensor("x", shape.inputShape, engine), tensor("w", shape.weightShape, engine)
    )
    let g = tensor("g", shape.outputShape, engine)
    let output = convolution(x, weights: w, stride: shape.stride, padding: shape.padding)
    let inputGradient = convolutionInputGradient(
      g, weights: w, inputShape: x.shape, stride: shape.stride, padding: shape.padding)
    let weightGradient = convolutionWeightGradient(
      g, input: x, weightShape: w.shape, stride: shape.stride, padding: shape.padding)
    let product = dot(output.values(), g.values())
    let size = (dot(output.values(), output.values()) * dot(g.values(), g.values())).squareRoot()
    #expect(abs(dot(x.values(), inputGradient.values()) - product) < 1e-5 * size)
    #expect(abs(dot(w.values(), weightGradient.weights.values()) - product) < 1e-5 * size)
  }

  @Test("shapes that do not fit trap")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let engine = try Engine(threads: 1)
      let x = Tensor(repeating: 0, shape: Shape(1, 3, 4, 4), on: engine)
      let w = Tensor(repeating: 0, shape: Shape(2, 4, 3, 3), on: engine)
      _ = convolution(x, weights: w)
    }
  }
}

extension Float {
  fileprivate var double: Double { Double(self) }
}
