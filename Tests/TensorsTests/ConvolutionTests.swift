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
  // By Winograd's algorithm, in blocks of 16 channels and of 8, a pair of vectors at a time or a last one;
  // sides that tiles of 4×4 do and do not divide, and smaller ones.
  ConvolutionCase(input: [2, 32, 8, 8], outputs: 48, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [3, 40, 7, 5], outputs: 32, kernel: [3, 3], padding: 1, bias: true),
  ConvolutionCase(input: [3, 8, 14, 14], outputs: 24, kernel: [3, 3], padding: 1, bias: true),
  ConvolutionCase(input: [7, 16, 1, 3], outputs: 16, kernel: [3, 3], padding: 1),
  ConvolutionCase(input: [1, 48, 2, 9], outputs: 8, kernel: [3, 3], padding: 1, bias: true),
  // More tiles than are worked on at once, and not a multiple of them.
  ConvolutionCase(input: [5, 16, 17, 18], outputs: 32, kernel: [3, 3], padding: 1, bias: true),
  ConvolutionCase(input: [1, 96, 9, 8], outputs: 128, kernel: [3, 3], padding: 1),
]

@Suite("Convolution")
struct ConvolutionTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2, convolutions: .winograd) }

  @Test("Winograd's algorithm rounds more than direct convolution, and is taken where it is faster")
  func algorithms() throws {
    func outputs(_ algorithm: ConvolutionAlgorithm, batch: Int) throws -> [Float] {
      let engine = try Engine(threads: 2, convolutions: algorithm)
      return convolution(
        tensor("x", Shape(batch, 64, 14, 14), engine),
        weights: tensor("w", Shape(64, 64, 3, 3), engine), padding: 1
      ).values()
    }
    for (batch, fast) in [(2, ConvolutionAlgorithm.direct), (8, .winograd)] {
      #expect(try outputs(.winogradWhereFaster, batch: batch) == outputs(fast, batch: batch))
    }
    let (direct, winograd) = (
      try outputs(.direct, batch: 2), try outputs(.winograd, batch: 2)
    )
    let error = largestError(winograd, direct.map(Double.init))
    #expect(error < 1e-5)
    // Where the processor has no vectors for it, the two are one.
    #expect(error > 0 || direct == winograd)
  }

  @Test("any number of threads gives the same outputs, and more of them than tiles, too")
  func threads() throws {
    func results(_ threads: Int) throws -> [[Float]] {
      let engine = try Engine(threads: threads, convolutions: .winograd)
      let (x, w) = (
        tensor("x", Shape(1, 16, 8, 4), engine), tensor("w", Shape(32, 16, 3, 3), engine)
      )
      let g = tensor("g", Shape(1, 32, 8, 4), engine)
      let found = convolutionWeightGradient(
        g, input: x, weightShape: w.shape, bias: true, padding: 1)
      return [
        convolution(x, weights: w, padding: 1).values(),
        convolutionInputGradient(g, weights: w, inputShape: x.shape, padding: 1).values(),
        found.weights.values(), found.bias?.values() ?? [],
      ]
    }
    let one = try results(1)
    for threads in [2, 3, 7] {
      let many = try results(threads)
      #expect(many[0] == one[0] && many[1] == one[1])
      // Gradients of weights are added up part by part.
      #expect(largestError(many[2], one[2].map(Double.init)) < 1e-5)
      #expect(largestError(many[3], one[3].map(Double.init)) < 1e-5)
    }
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
