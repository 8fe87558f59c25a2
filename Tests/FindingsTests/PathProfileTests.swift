import Experiments
import RealModule
import Records
import Testing

@testable import Findings

@Suite("Paths by their number of branches")
struct PathProfileTests {
  private func group(_ gradient: (Int) -> Double, blocks: Int) -> RunGroup {
    let run = Experiment.paths.plans[0].runs(ofSeed: 0)[0]
    var record = RunRecord(
      configuration: run,
      context: RunContext(
        version: "0", oneDNN: "", threads: 1, datasetSHA256: "", evaluationSet: ""))
    record[PathRow.self] = RecordTable(
      (0...blocks).flatMap { number in
        // Two choices, above and below the mean by as much.
        [0.5, 2].enumerated().map { draw, factor in
          PathRow(
            step: 250, branches: number, draw: draw, gradient: factor * gradient(number))
        }
      })
    return [record].groups[0]
  }

  @Test("where each branch shortens by a factor the shares are a binomial distribution")
  func binomial() throws {
    let profile = try #require(PathProfile(group({ 3 * Double.pow(0.25, Double($0)) }, blocks: 20)))
    #expect(profile.count == 20 && abs(profile.binomial.reduce(0, +) - 1) < 1e-9)
    #expect(abs(profile.binomial[10] - 184_756 / 1_048_576) < 1e-9)
    #expect(abs(profile.gradients[0] - 3) < 1e-9)
    // Of probability 0.25 / 1.25 in 20 trials.
    let mean = profile.shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    #expect(abs(mean - 4) < 1e-9)
    let inside = profile.shares[profile.range].reduce(0, +)
    #expect(inside >= 0.95 && profile.range.contains(4))
    // No shorter range will do.
    for start in 0...(21 - profile.range.count + 1) where start + profile.range.count - 1 <= 21 {
      #expect(profile.shares[start..<(start + profile.range.count - 1)].reduce(0, +) < 0.95)
    }
    #expect(abs(profile.share - profile.binomial[profile.range].reduce(0, +)) < 1e-12)
  }

  @Test("without measured paths there is no profile, and zeros make no share")
  func none() throws {
    var record = group({ _ in 1 }, blocks: 3).records[0]
    let zeros = try #require(PathProfile(group({ _ in 0 }, blocks: 3)))
    #expect(zeros.shares.allSatisfy { $0 == 0 })
    record[PathRow.self] = RecordTable([])
    #expect(PathProfile([record].groups[0]) == nil)
  }
}

@Suite("Lesions in a few numbers")
struct LesionProfileTests {
  @Test("rises are beyond the whole network, the worst block is the one that is missed the most")
  func numbers() throws {
    var record = RunRecord(
      configuration: Experiment.lesions.plans[0].runs(ofSeed: 0)[1],
      context: RunContext(
        version: "0", oneDNN: "", threads: 1, datasetSHA256: "", evaluationSet: ""))
    #expect(LesionProfile(record) == nil)
    func row(_ kind: LesionRow.Kind, _ blocks: [Int], _ error: Double) -> LesionRow {
      LesionRow(step: 250, kind: kind, blocks: blocks, error: error)
    }
    record[LesionRow.self] = RecordTable([row(.none, [], 20)])
    #expect(LesionProfile(record) == nil)
    record[LesionRow.self] = RecordTable([
      row(.none, [], 20), row(.deleted, [1], 70), row(.deleted, [2], 21), row(.deleted, [3], 25),
      row(.exchanged, [1], 23), row(.random, [1, 3], 80), row(.random, [2, 3], 30),
    ])
    let profile = try #require(LesionProfile(record))
    #expect(profile.whole == 20 && profile.worst.blocks == [1])
    #expect(profile.medianRise(profile.deleted) == 5)
    #expect(profile.medianRise(profile.exchanged) == 3 && profile.medianRise([]).isNaN)
    #expect(profile.errors(without: 1) == [70, 21, 25])
    #expect(profile.errors(without: 2) == [80, 30] && profile.errors(without: 3).isEmpty)
  }
}
