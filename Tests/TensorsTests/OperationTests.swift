import Foundation
import Tensors
import Testing

@Suite("Operations element by element")
struct ElementwiseTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test("functions and their derivatives", arguments: Nonlinearity.allCases, shapes)
  func nonlinearity(_ function: Nonlinearity, shape: Shape) {
    for x in [tensor("x", shape, engine), blocked(shape, engine)] {
      let output = function(x)
      let g = tensor("g", shape, engine)
      let values = x.values().map(Double.init)
      let expected = values.map { value -> Double in
        switch function {
        case .relu: max(value, 0)
        case .tanh: tanh(value)
        case .sigmoid: 1 / (1 + exp(-value))
        }
      }
      #expect(largestError(output.values(), expected) < 1e-5)
      let slopes = zip(values, expected).map { value, y -> Double in
        switch function {
        case .relu: value > 0 ? 1 : 0
        case .tanh: 1 - y * y
        case .sigmoid: y * (1 - y)
        }
      }
      let gradient = zip(g.values(), slopes).map { Double($0) * $1 }
      #expect(largestError(function.gradient(g, output: output).values(), gradient) < 1e-4)
    }
  }

  @Test("sums, and sums cut at zero, of tensors in any layout", arguments: shapes)
  func addition(shape: Shape) {
    let tensors = [tensor("y", shape, engine), blocked(shape, engine)]
    for (one, other) in [(0, 1), (1, 0), (0, 0)] {
      let (a, b) = (tensors[one], tensors[other])
      let sums = zip(a.values(), b.values()).map { Double($0) + Double($1) }
      #expect(largestError(add(a, b).values(), sums) < 1e-6)
      let cut = sums.map { max($0, 0) }
      #expect(largestError(add(a, b, relu: true).values(), cut) < 1e-6)
    }
  }
}

@Suite("Pooling and subsampling")
struct PoolingTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test("the largest of each window, and its gradient alone", arguments: shapes, [0, 1])
  func maximum(shape: Shape, padding: Int) {
    guard shape[2] + 2 * padding >= 3, shape[3] + 2 * padding >= 3 else { return }
    for x in [tensor("x", shape, engine), blocked(shape, engine)] {
      let (output, trace) = maximumPooling(x, size: 3, stride: 2, padding: padding)
      let g = tensor("g", output.shape, engine)
      let (values, gradients) = (x.values(), g.values())
      var expected: [Double] = []
      var back = values.map { _ in 0.0 }
      for index in 0..<output.shape.count {
        let (j, i) = (index % output.shape[3], index / output.shape[3] % output.shape[2])
        let plane = index / (output.shape[2] * output.shape[3]) * shape[2] * shape[3]
        var best: Int?
        for row in i * 2 - padding..<i * 2 - padding + 3 where (0..<shape[2]).contains(row) {
          for column in j * 2 - padding..<j * 2 - padding + 3
          where (0..<shape[3]).contains(column) {
            let place = plane + row * shape[3] + column
            if best.map({ values[place] > values[$0] }) ?? true { best = place }
          }
        }
        guard let best else { continue }
        expected.append(Double(values[best]))
        back[best] += Double(gradients[index])
      }
      #expect(largestError(output.values(), expected) == 0)
      #expect(largestError(poolingGradient(g, trace: trace).values(), back) < 1e-6)
    }
  }

  @Test("the mean of each channel, and its gradient spread evenly", arguments: shapes)
  func average(shape: Shape) {
    for x in [tensor("x", shape, engine), blocked(shape, engine)] {
      let (output, trace) = globalAveragePooling(x)
      let size = shape[2] * shape[3]
      let values = x.values()
      let expected = (0..<shape[0] * shape[1]).map { plane in
        values[plane * size..<(plane + 1) * size].reduce(0) { $0 + Double($1) } / Double(size)
      }
      #expect(output.shape == Shape(shape[0], shape[1], 1, 1))
      #expect(largestError(output.values(), expected) < 1e-5)
      let g = tensor("g", output.shape, engine)
      let back = (0..<shape.count).map { Double(g.values()[$0 / size]) / Double(size) }
      #expect(largestError(poolingGradient(g, trace: trace).values(), back) < 1e-5)
    }
  }

  @Test(
    "option A takes every second pixel and appends zero channels; its adjoint gives back",
    arguments: shapes + [Shape(2, 12, 5, 3)], [1, 2])
  func optionA(shape: Shape, stride: Int) {
    for x in [tensor("x", shape, engine), blocked(shape, engine)] {
      for channels in [shape[1], shape[1] + 1, 2 * shape[1]] {
        let output = subsample(x, stride: stride, channels: channels)
        let (values, y) = (x.values(), output.shape)
        let expected = (0..<y.count).map { index -> Double in
          let channel = y.channel(index)
          guard channel < shape[1] else { return 0 }
          let (row, column) = (index / y[3] % y[2] * stride, index % y[3] * stride)
          let image = index / (y[1] * y[2] * y[3])
          return Double(
            values[((image * shape[1] + channel) * shape[2] + row) * shape[3] + column])
        }
        #expect(
          y
            == Shape(
              shape[0], channels, (shape[2] + stride - 1) / stride,
              (shape[3] + stride - 1) / stride))
        #expect(largestError(output.values(), expected) == 0)
        // The gradient may come in another layout than the input had.
        for g in [tensor("g", y, engine), blocked(y, engine)] {
          let back = subsampleGradient(g, inputShape: shape, stride: stride)
          let (there, here) = (dot(output.values(), g.values()), dot(values, back.values()))
          #expect(abs(there - here) < 1e-5 * (1 + abs(there)))
          // Nothing but the pixels that were taken gets a gradient.
          let again = subsample(back, stride: stride, channels: channels).values()
          for (index, value) in g.values().enumerated() where y.channel(index) < shape[1] {
            #expect(again[index] == value)
          }
          #expect(abs(dot(back.values(), back.values()) - dot(again, again)) < 1e-5)
        }
      }
    }
  }
}

@Suite("Inner product and loss")
struct ClassifierTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test(
    "rows times matrix, and the derivatives", arguments: [[3, 5, 2], [1, 64, 10], [8, 1, 1]])
  func innerProducts(sizes: [Int]) {
    let (n, i, o) = (sizes[0], sizes[1], sizes[2])
    let (x, w) = (tensor("x", Shape(n, i), engine), tensor("w", Shape(o, i), engine))
    let (b, g) = (tensor("b", Shape(o), engine), tensor("g", Shape(n, o), engine))
    let (xs, ws, bs, gs) = (x.values(), w.values(), b.values(), g.values())
    var y = [Double](repeating: 0, count: n * o)
    var (dx, dw) = (xs.map { _ in 0.0 }, ws.map { _ in 0.0 })
    var db = bs.map { _ in 0.0 }
    for row in 0..<n {
      for output in 0..<o {
        let gradient = Double(gs[row * o + output])
        y[row * o + output] = Double(bs[output])
        db[output] += gradient
        for input in 0..<i {
          y[row * o + output] += Double(xs[row * i + input]) * Double(ws[output * i + input])
          dx[row * i + input] += gradient * Double(ws[output * i + input])
          dw[output * i + input] += gradient * Double(xs[row * i + input])
        }
      }
    }
    #expect(largestError(innerProduct(x, weights: w, bias: b).values(), y) < 1e-5)
    let found = innerProductGradient(g, input: x, weights: w)
    #expect(largestError(found.input.values(), dx) < 1e-5)
    #expect(largestError(found.weights.values(), dw) < 1e-5)
    #expect(largestError(found.bias.values(), db) < 1e-5)
  }

  private func loss(_ logits: [Float], classes: Int, labels: [Int32]) -> CrossEntropy {
    CrossEntropy(
      Tensor(logits, shape: Shape(labels.count, classes), on: engine), labels: labels)
  }

  @Test("equal logits cost log n, and the first of equals is predicted")
  func ties() {
    let result = loss([0, 0, 0, 0, 1, 1, 1, 1], classes: 4, labels: [0, 1])
    #expect(abs(result.loss - log(4)) < 1e-12)
    #expect(result.errors == 1)
  }

  @Test("huge logits neither overflow nor lose their order")
  func huge() {
    let result = loss([1e30, -1e30, 3e38, -3e38], classes: 2, labels: [0, 1])
    #expect(result.loss.isFinite)
    #expect(result.loss > 1e38 && result.errors == 1)
    #expect(result.gradient.values().allSatisfy { $0.isFinite })
  }

  @Test("logits that are no numbers give a loss that is none, and an error")
  func notANumber() {
    let result = loss([.nan, 0, 0, 1], classes: 2, labels: [0, 1])
    #expect(result.loss.isNaN && result.errors == 1)
    #expect(loss([.infinity, 0], classes: 2, labels: [1]).errors == 1)
  }

  @Test("the gradient is the slope of the loss")
  func gradient() {
    let logits = numbers("logits", 12)
    let labels: [Int32] = [2, 0, 1]
    let gradient = loss(logits, classes: 4, labels: labels).gradient.values()
    for index in logits.indices {
      var (up, down) = (logits, logits)
      up[index] += 1e-2
      down[index] -= 1e-2
      let slope =
        (loss(up, classes: 4, labels: labels).loss - loss(down, classes: 4, labels: labels).loss)
        / Double(up[index] - down[index])
      #expect(abs(Double(gradient[index]) - slope) < 1e-4)
    }
  }
}
