import Testing

@testable import Tensors

@Suite("What is measured on the way")
struct MeasuringTests {
  private let engine: Engine

  init() throws { engine = try Engine(threads: 2) }

  private func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func isNear(_ found: Double, _ expected: Double) -> Bool {
    abs(found - expected) <= 1e-6 * max(1, abs(expected))
  }

  @Test("an addition tells its sizes in any layout, and adds the same bits", arguments: shapes)
  func addition(shape: Shape) {
    let tensors = [tensor("y", shape, engine), blocked(shape, engine)]
    for (one, other) in [(0, 1), (1, 0), (1, 1)] {
      for relu in [false, true] {
        let (first, second) = (tensors[one], tensors[other])
        let (sum, sizes) = addMeasuring(first, second, relu: relu)
        #expect(sum.values() == add(first, second, relu: relu).values())
        let (a, b) = (first.values().map(Double.init), second.values().map(Double.init))
        #expect(sizes.count == shape.count)
        #expect(isNear(sizes.firstL2, norm(a)) && isNear(sizes.secondL2, norm(b)))
        #expect(isNear(sizes.resultL2, norm(sum.values().map(Double.init))))
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(isNear(sizes.cosine, product / norm(a) / norm(b)) && abs(sizes.cosine) <= 1)
      }
    }
  }

  @Test("a cosine with nothing is none, and ReLU makes zero of what is no number")
  func odd() {
    let shape = Shape(4)
    let zero = Tensor(repeating: 0, shape: shape, on: engine)
    let some = Tensor([1, -2, .nan, .infinity], shape: shape, on: engine)
    #expect(addMeasuring(zero, zero).sizes.cosine.isNaN)
    #expect(add(some, zero, relu: true).values() == [1, 0, 0, .infinity])
    #expect(addMeasuring(some, zero, relu: true).sum.values() == [1, 0, 0, .infinity])
  }

  @Test(
    "a passage tells the gradient before and behind every slope, in any layout", arguments: shapes)
  func passage(shape: Shape) {
    let gradients = [tensor("g", shape, engine), blocked(shape, engine)]
    let functions: [Nonlinearity?] = Nonlinearity.allCases.map { $0 } + [nil]
    for function in functions {
      for input in gradients {
        let output = function.map { $0(input) } ?? input
        for gradient in gradients {
          let found = Passage(gradient, output: output, through: function)
          let y = output.values().map(Double.init)
          let sloped = zip(gradient.values().map(Double.init), y).map { g, y -> Double in
            switch function {
            case .relu?: y > 0 ? g : 0
            case .tanh?: g * (1 - y * y)
            case .sigmoid?: g * y * (1 - y)
            case nil: g
            }
          }
          #expect(isNear(found.outputRMS, norm(y) / Double(shape.count).squareRoot()))
          #expect(isNear(found.gradientL2, norm(gradient.values().map(Double.init))))
          #expect(abs(found.slopedL2 - norm(sloped)) < 1e-5 * max(1, norm(sloped)))
        }
      }
    }
  }
}
