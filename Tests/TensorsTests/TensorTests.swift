import Testing

@testable import Tensors

@Suite("Tensors")
struct TensorTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  /// Forward and backward through a convolution and its normalization.
  private func step() -> [[Float]] {
    let x = tensor("x", Shape(4, 8, 9, 9), engine)
    let w = tensor("w", Shape(16, 8, 3, 3), engine)
    let scale = Tensor(repeating: 1, shape: Shape(16), on: engine)
    let shift = Tensor(repeating: 0, shape: Shape(16), on: engine)
    let y = convolution(x, weights: w, padding: 1)
    let (output, trace) = batchNormalization(y, scale: scale, shift: shift, relu: true)
    let back = batchNormalizationGradient(output, trace: trace)
    let found = convolutionWeightGradient(back.input, input: x, weightShape: w.shape, padding: 1)
    return [output.values(), back.input.values(), found.weights.values()]
  }

  @Test("after the first step nothing is allocated any more, and results repeat bit for bit")
  func pool() {
    let first = step()
    let (allocated, bytes) = (engine.pool.blocks, engine.peakTensorBytes)
    for _ in 0..<3 { #expect(step() == first) }
    #expect(engine.pool.blocks == allocated && !allocated.isEmpty)
    #expect(engine.peakTensorBytes == bytes && bytes > 0 && engine.pool.liveBytes == 0)
  }

  @Test("what small tensors give back joined serves a large one, in whatever order it comes")
  func joined() {
    // A slab of 32 MiB in 32 parts; one as large as all of them fits only where they were joined.
    let part = Shape(1 << 18)
    for order in [Array(0..<32), Array((0..<32).reversed()), (0..<32).map { $0 * 13 % 32 }] {
      var kept = (0..<32).map { Tensor(repeating: Float($0), shape: part, on: engine) as Tensor? }
      for index in order { kept[index] = nil }
      _ = Tensor(repeating: 1, shape: Shape(1 << 23), on: engine)
    }
    #expect(engine.pool.blocks.count == 1)
  }

  @Test("memory in use is never handed out a second time")
  func exclusive() {
    var kept: [Tensor] = []
    for index in 0..<40 {
      kept.append(Tensor(repeating: Float(index), shape: Shape(1000), on: engine))
      _ = Tensor(repeating: -1, shape: Shape(1000), on: engine)
    }
    for (index, tensor) in kept.enumerated() {
      #expect(tensor.values().allSatisfy { $0 == Float(index) })
    }
  }

  @Test("one thread and two agree to rounding")
  func threads() throws {
    let alone = try TensorTests(threads: 1).step()
    for (one, two) in zip(alone, step()) {
      #expect(largestError(one, two.map(Double.init)) < 1e-5)
    }
  }

  private init(threads: Int) throws { engine = try Engine(threads: threads) }

  @Test(
    "a team that is smaller than asked for does the whole work, with the same sums",
    .enabled(if: OpenMP.isThere))
  func smallerTeam() throws {
    let (w, g) = (tensor("w", Shape(40_001), engine), tensor("g", Shape(40_001), engine))
    let zero = Tensor(repeating: 0, shape: Shape(40_001), on: engine)
    func work() -> (Summary, UpdateSize, [Float]) {
      let step = gradientDescentStep(
        weights: w, velocity: zero, gradient: g, momentum: 0.9, decay: 0.1, rate: 0.1)
      return (w.summary(), step.size, step.weights.values())
    }
    let whole = work()
    // Inside of a team every other one is a single thread.
    let alone = try #require(OpenMP.insideTeam(work))
    #expect(alone == whole)
  }

  @Test("a tensor may outlive the name of its engine")
  func outlives() throws {
    let values = try {
      let engine = try Engine(threads: 1)
      let x = tensor("x", Shape(1, 8, 4, 4), engine)
      return convolution(x, weights: tensor("w", Shape(8, 8, 3, 3), engine), padding: 1)
    }().values()
    #expect(values.count == 128)
  }

  @Test("reading under another shape keeps the row-major order")
  func reshaped() {
    let x = tensor("x", Shape(2, 5, 3, 3), engine)
    let y = convolution(x, weights: tensor("w", Shape(16, 5, 1, 1), engine))
    #expect(y.reshaped(Shape(2, 144)).values() == y.values())
  }

  @Test("an engine of impossible many threads, or none, is refused with a sentence")
  func refusedEngines() {
    for threads in [0, -1, 257] {
      let error = #expect(throws: EngineError.self) { try Engine(threads: threads) }
      #expect(error?.description.contains("\(threads) threads") == true)
    }
  }
}

@Suite("Summaries")
struct SummaryTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  @Test("long and short tensors are summed exactly", arguments: [1, 7, 8, 9, 40_001])
  func sums(count: Int) {
    let values = numbers("x", count)
    let summary = Tensor(values, shape: Shape(count), on: engine).summary()
    let squares = values.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(summary.l2 / squares.squareRoot() - 1) < 1e-12)
    #expect(abs(summary.rms / (squares / Double(count)).squareRoot() - 1) < 1e-12)
    #expect(abs(summary.mean - values.reduce(0.0) { $0 + Double($1) } / Double(count)) < 1e-12)
    #expect(summary.maximum == values.map { Double(abs($0)) }.max())
    #expect(summary.zeros == 0 && summary.count == count)
  }

  @Test("norms whose squares single precision cannot hold are right")
  func extremes() {
    for size in [Float(1e30), 1e-30] {
      let summary = Tensor(repeating: size, shape: Shape(4), on: engine).summary()
      #expect(summary.l2 == 2 * Double(size))
    }
  }

  @Test("infinite values and values that are no numbers show")
  func nonFinite() {
    let infinite = Tensor([1, -.infinity, 0], shape: Shape(3), on: engine).summary()
    #expect(infinite.l2 == .infinity && infinite.maximum == .infinity && infinite.zeros == 1)
    let nan = Tensor([1, .nan, 0], shape: Shape(3), on: engine).summary()
    #expect(nan.l2.isNaN && nan.maximum.isNaN)
  }

  @Test("numbers below the smallest normal one count as zero")
  func denormals() {
    let summary = Tensor([Float.leastNonzeroMagnitude, 0, 1], shape: Shape(3), on: engine).summary()
    #expect(summary.zeroFraction == 2.0 / 3)
  }

  @Test("the zeros that fill up a blocked layout are not counted")
  func padding() {
    let x = Tensor(repeating: 1, shape: Shape(2, 8, 4, 4), on: engine)
    let w = Tensor(repeating: 1, shape: Shape(5, 8, 1, 1), on: engine)
    let summary = convolution(x, weights: w).summary()
    #expect(summary.zeros == 0 && summary.rms == 8 && summary.mean == 8)
  }
}

@Suite("Gradient descent")
struct GradientDescentTests {
  @Test("a step follows the paper's form", arguments: [1, 7, 8, 17, 20_003])
  func step(count: Int) throws {
    let engine = try Engine(threads: 2)
    let (w, v, g) = (numbers("w", count), numbers("v", count), numbers("g", count))
    func tensor(_ values: [Float]) -> Tensor {
      Tensor(values, shape: Shape(count), on: engine)
    }
    let weights = tensor(w)
    let (moved, velocity, size) = gradientDescentStep(
      weights: weights, velocity: tensor(v), gradient: tensor(g), momentum: 0.9, decay: 0.01,
      rate: 0.1)
    let expected = (0..<count).map {
      0.9 * Double(v[$0]) - 0.1 * (Double(g[$0]) + 0.01 * Double(w[$0]))
    }
    #expect(largestError(velocity.values(), expected) < 1e-6)
    #expect(largestError(moved.values(), zip(w, expected).map { Double($0) + $1 }) < 1e-6)
    let norm = w.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    let update = expected.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(size.weightNorm / norm - 1) < 1e-6 && abs(size.updateNorm / update - 1) < 1e-5)
    // A tensor is a value: the old weights are as they were.
    #expect(weights.values() == w)
  }
}
