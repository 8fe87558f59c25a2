import Randomness
package import Tensors

/// While learning a share p of the values is zero, drawn anew at each step, and the rest is divided by 1−p;
/// in evaluation nothing happens (Srivastava et al. 2014).
package struct Dropout: Layer {
  package let name: String
  package let share: Double
  package let seed: UInt64

  package init(_ name: String, share: Double, seed: UInt64) {
    self.name = name
    self.share = share
    self.seed = seed
  }

  package var parameters: [Parameter] { [] }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    switch pass.mode {
    case .training: break
    case .evaluation: return Flow(input, pullback: Flow.noWayBack)
    case .frozen: return Flow(input) { $0 }
    }
    // Of the step alone, so that a training that goes on draws what it would have drawn.
    var generator = SeededGenerator(seed: seed, stream: "\(name) at step \(pass.step)")
    // A shard gets its part of what the whole mini-batch would.
    for _ in 0..<(pass.shard ?? 0) * input.shape.count { _ = generator.uniform() }
    let kept = Float(1 / (1 - share))
    let values = (0..<input.shape.count).map { _ -> Float in
      generator.uniform() < share ? 0 : kept
    }
    let mask = Tensor(values, shape: input.shape, on: input.engine)
    return Flow(multiply(input, mask)) { multiply($0, mask) }
  }
}
