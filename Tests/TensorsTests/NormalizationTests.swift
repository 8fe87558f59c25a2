import Foundation
import Tensors
import Testing

@Suite("Batch normalization")
struct NormalizationTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  private static let shapes = [
    [4, 16, 5, 5], [3, 8, 7, 4], [2, 5, 3, 3], [1, 13, 6, 6], [2, 3, 1, 1], [128, 8, 2, 2],
    [2, 16, 45, 25],
  ].map(Shape.init)

  /// Plain loops in double precision: output, statistics, and the derivative for a gradient.
  private struct Reference {
    var output: [Double] = []
    var mean: [Double] = []
    var variance: [Double] = []
    var inputGradient: [Double] = []
    var scaleGradient: [Double] = []
    var shiftGradient: [Double] = []

    init(
      _ x: [Float], _ shape: Shape, scale: [Float], shift: [Float], gradient: [Float], relu: Bool
    ) {
      let channels = shape[1]
      let count = Double(shape.count / channels)
      mean = .init(repeating: 0, count: channels)
      variance = mean
      scaleGradient = mean
      shiftGradient = mean
      for (index, value) in x.enumerated() { mean[shape.channel(index)] += Double(value) / count }
      for (index, value) in x.enumerated() {
        let difference = Double(value) - mean[shape.channel(index)]
        variance[shape.channel(index)] += difference * difference / count
      }
      let inverse = variance.map { 1 / ($0 + 1e-5).squareRoot() }
      var normalized: [Double] = []
      var gradients: [Double] = []
      for (index, value) in x.enumerated() {
        let channel = shape.channel(index)
        let unit = (Double(value) - mean[channel]) * inverse[channel]
        let y = unit * Double(scale[channel]) + Double(shift[channel])
        normalized.append(unit)
        output.append(relu ? max(y, 0) : y)
        let g = relu && y <= 0 ? 0 : Double(gradient[index])
        gradients.append(g)
        scaleGradient[channel] += g * unit
        shiftGradient[channel] += g
      }
      for (index, unit) in normalized.enumerated() {
        let channel = shape.channel(index)
        let centred =
          gradients[index] - shiftGradient[channel] / count
          - unit * scaleGradient[channel] / count
        inputGradient.append(Double(scale[channel]) * inverse[channel] * centred)
      }
    }
  }

  /// The input comes out of a convolution, in whatever layout that chose, or row-major.
  private func input(_ shape: Shape, isBlocked: Bool) -> Tensor {
    let plain = tensor("x", shape, engine)
    guard isBlocked else { return plain }
    let weights = tensor("w", Shape(shape[1], shape[1], 1, 1), engine)
    return convolution(plain, weights: weights)
  }

  @Test(
    "training normalizes by the mini-batch, and the derivative knows it",
    arguments: shapes, [false, true])
  func training(shape: Shape, relu: Bool) {
    let channels = Shape(shape[1])
    let (scale, shift) = (tensor("scale", channels, engine), tensor("shift", channels, engine))
    let g = tensor("g", shape, engine)
    for isBlocked in [false, true] {
      let x = input(shape, isBlocked: isBlocked)
      let expected = Reference(
        x.values(), shape, scale: scale.values(), shift: shift.values(), gradient: g.values(),
        relu: relu)
      let (output, trace) = batchNormalization(x, scale: scale, shift: shift, relu: relu)
      #expect(largestError(output.values(), expected.output) < 1e-4)
      #expect(largestError(trace.mean.values(), expected.mean) < 1e-4)
      #expect(largestError(trace.variance.values(), expected.variance) < 1e-4)
      let found = batchNormalizationGradient(g, trace: trace)
      // Single numbers per channel are their own mean: what is left of the gradient is rounding.
      if shape.count / shape[1] > 2 {
        #expect(largestError(found.input.values(), expected.inputGradient) < 1e-3)
      }
      #expect(largestError(found.scale.values(), expected.scaleGradient) < 1e-3)
      #expect(largestError(found.shift.values(), expected.shiftGradient) < 1e-4)
    }
  }

  @Test(
    "a mean that is large beside the deviation costs no digits",
    arguments: [16, 8], [Float(1000), -30_000])
  func largeMean(channels: Int, mean: Float) {
    let shape = Shape(4, channels, 33, 33)
    // Passed on by a convolution, in whatever layout that chose.
    let plain = Tensor(
      numbers("x", shape.count).map { $0 + mean }, shape: shape, on: engine)
    let identity = (0..<channels * channels).map { $0 % (channels + 1) == 0 ? Float(1) : 0 }
    let x = convolution(
      plain, weights: Tensor(identity, shape: Shape(channels, channels, 1, 1), on: engine))
    #expect(x.values() == plain.values())
    let ones = Tensor(repeating: 1, shape: Shape(channels), on: engine)
    let expected = Reference(
      x.values(), shape, scale: ones.values(), shift: ones.values(), gradient: x.values(),
      relu: false)
    let (_, trace) = batchNormalization(x, scale: ones, shift: ones)
    for (found, variance) in zip(trace.variance.values(), expected.variance) {
      #expect(abs(Double(found) / variance - 1) < 1e-5)
    }
    for (found, mean) in zip(trace.mean.values(), expected.mean) {
      #expect(abs(Double(found) - mean) <= abs(mean) * 1e-7)
    }
  }

  @Test("evaluation normalizes by given statistics", arguments: shapes, [false, true])
  func evaluation(shape: Shape, relu: Bool) {
    let channels = Shape(shape[1])
    let (scale, shift) = (tensor("scale", channels, engine), tensor("shift", channels, engine))
    let mean = tensor("mean", channels, engine)
    let variance = Tensor(
      numbers("variance", shape[1]).map { abs($0) + 0.1 }, shape: channels, on: engine)
    for isBlocked in [false, true] {
      let x = input(shape, isBlocked: isBlocked)
      let output = batchNormalization(
        x, scale: scale, shift: shift, mean: mean, variance: variance, relu: relu)
      let (s, b, m, v) = (scale.values(), shift.values(), mean.values(), variance.values())
      let expected = x.values().enumerated().map { index, value -> Double in
        let c = shape.channel(index)
        let y =
          Double(s[c]) * (Double(value) - Double(m[c])) / (Double(v[c]) + 1e-5).squareRoot()
          + Double(b[c])
        return relu ? max(y, 0) : y
      }
      #expect(largestError(output.values(), expected) < 1e-4)
    }
  }
}
