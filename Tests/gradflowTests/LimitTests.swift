import Architectures
import Experiments
import Foundation
import Testing

@testable import gradflow

@Suite("Networks beyond any machine")
struct LimitTests {
  @Test("the largest that can be asked for gets a sentence about memory")
  func bench() throws {
    let result = try runCommand([
      "bench", "--network", "plain-10004", "--width", "4096", "--size", "2048", "--batch", "65536",
    ])
    #expect(result.status == 1 && result.error.contains("of memory"), "\(result.error)")
    let run = try runCommand([
      "run", "quickstart", "--set", "network.width=4096", "--set", "batchSize=65536",
    ])
    #expect(run.status == 1 && run.error.contains("batches of "), "\(run.error)")
  }

  @Test("estimates grow with the batch and end at the greatest number there is")
  func estimates() {
    let estimate = MemoryEstimate(
      Architecture(NetworkConfiguration(.plain, depth: 10_004, width: 4096), height: 2048))
    #expect(estimate.bytes(batchSize: 65_536) == .max && estimate.bytes(batchSize: 1) < .max)
    #expect(
      memoryComplaint(estimate, batchSize: 65_536, name: "it", available: 1 << 30)?
        .contains("more than") == true)
    #expect(memoryComplaint(estimate, batchSize: 1, name: "it", available: nil) == nil)
  }

  @Test("a dry run tells of what does not fit, and neither builds nor times it")
  func dryRun() throws {
    let result = try runCommand([
      "run", "quickstart", "--dry-run", "--set", "network.width=4096", "--set", "batchSize=65536",
      "--set", "schedule.iterations=100000000",
    ])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("plain-20 with batches of 65536 images needs about"))
    #expect(result.output.contains("–") && result.output.contains("Nothing was trained."))
  }
}
