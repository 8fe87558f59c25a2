import Foundation
import Tensors
import Testing

@Suite("Engines")
struct EngineTests {
  /// Runs a function on a thread of its own, whose settings are those of a new process.
  private func onFreshThread(_ function: @escaping () -> Void) {
    nonisolated(unsafe) let function = function
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      #if canImport(Glibc)
        // FE_DFL_ENV
        fesetenv(UnsafePointer(bitPattern: -1))
      #endif
      function()
      done.signal()
    }
    done.wait()
  }

  @Test(
    "an engine computes alike on a thread that did not make it", .enabled(if: OpenMP.isThere))
  func otherThread() throws {
    let engine = try Engine(threads: 3)
    let small = [Float](repeating: .leastNonzeroMagnitude, count: 40_000)
    var zeros = 0
    var teamSize = 0
    onFreshThread {
      zeros = Tensor(small, shape: Shape(40_000), on: engine).summary().zeros
      teamSize = OpenMP.teamSize
    }
    #expect(zeros == 40_000 && teamSize == engine.threads)
  }

  @Test(
    "every thread of a team counts denormal numbers as zero, also one that was there before the engine",
    .enabled(if: OpenMP.isThere))
  func denormals() throws {
    // The team of a thread begins as its engine asks how many there will be.
    let small = [Float](repeating: .leastNonzeroMagnitude, count: 40_000)
    var zeros: Int?
    onFreshThread {
      guard let engine = try? Engine(threads: 3) else { return }
      zeros = Tensor(small, shape: Shape(40_000), on: engine).summary().zeros
    }
    #expect(zeros == 40_000)
  }

  @Test("engines of different numbers of threads take turns", .enabled(if: OpenMP.isThere))
  func turns() throws {
    let engines = [try Engine(threads: 1), try Engine(threads: 3)]
    let inputs = engines.map { tensor("x", Shape(2, 8, 4, 4), $0) }
    for index in [0, 1, 0] {
      let weights = tensor("w", Shape(8, 8, 1, 1), engines[index])
      _ = convolution(inputs[index], weights: weights)
      #expect(OpenMP.teamSize == engines[index].threads)
    }
  }
}
