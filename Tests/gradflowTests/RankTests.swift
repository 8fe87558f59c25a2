import Collective
import Foundation
import Testing

@testable import gradflow

@Suite("Ranks of mpirun")
struct RankTests {
  /// The environment of a rank that Open MPI's mpirun has started, where no library of MPI is.
  private func rank(_ rank: Int, of ranks: Int = 2) -> [String: String] {
    [
      "OMPI_COMM_WORLD_RANK": "\(rank)", "OMPI_COMM_WORLD_SIZE": "\(ranks)",
      "GRADFLOW_MPI": "/nowhere/libmpi.so",
    ]
  }

  @Test(
    "without MPI they train nothing, and the first of them says why", arguments: ["run", "bench"])
  func withoutMPI(name: String) throws {
    let arguments =
      name == "run"
      ? ["run", "quickstart", "--set", "shards=8", "--output", "/nowhere"]
      : ["bench", "--network", "plain-8", "--shards", "8"]
    let first = try runCommand(arguments, environment: rank(0))
    #expect(first.status == 1 && first.error.hasPrefix("Error: This was started on 2 ranks"))
    #expect(first.error.contains("/nowhere/libmpi.so"))
    let second = try runCommand(arguments, environment: rank(1))
    #expect(second.status == 1 && second.error.isEmpty && second.output.isEmpty)
  }

  @Test("as many as no power of two is are refused before they begin")
  func three() throws {
    let first = try runCommand(["run", "quickstart"], environment: rank(0, of: 3))
    #expect(first.status == 1 && first.error.contains("3 ranks cannot share"))
  }

  @Test("a mistake in the arguments, and what one can do alone, is the business of the first")
  func quiet() throws {
    for (arguments, status) in [(["run"], Int32(64)), (["list"], 0), (["describe"], 0)] {
      let first = try runCommand(arguments, environment: rank(0))
      #expect(first.status == status && !(first.output + first.error).isEmpty)
      let second = try runCommand(arguments, environment: rank(1))
      #expect(second.status == status && (second.output + second.error).isEmpty)
    }
  }

  @Test(
    "shards are as many as ranks or a multiple; a sentence says what to set otherwise",
    arguments: [
      (nil, 2, "in one piece: add --set shards=8."), (4, 8, "have 4: add --set shards=8."),
      (8, 16, "add --set shards=16."), (8, 8, nil), (8, 2, nil), (nil, 1, nil),
    ] as [(Int?, Int, String?)])
  func shards(shards: Int?, ranks: Int, words: String?) {
    var complaint: String?
    do {
      try requireShards(shards, of: "plain-20", option: "--set shards", ranks: ranks)
    } catch {
      complaint = "\(error)"
    }
    #expect((complaint == nil) == (words == nil))
    if let words { #expect(complaint?.hasSuffix(words) == true, "\(complaint ?? "")") }
  }

  @Test("a single rank has its machine for itself, and knows what it is bound to")
  func alone() throws {
    let neighbours = Neighbours(on: Alone())
    #expect(neighbours.onMachine == 1 && neighbours.onProcessors == 1)
    #expect(neighbours.processors == Allowance().processors)
    #if os(Linux)
      let list = Allowance().processorList
      #expect(!list.isEmpty && list.allSatisfy { $0.isNumber || $0 == "-" || $0 == "," })
    #endif
  }
}
