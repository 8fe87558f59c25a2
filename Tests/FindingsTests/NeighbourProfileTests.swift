import Experiments
import Randomness
import Records
import Testing

@testable import Findings

@Suite("Neighbours and surfaces in a few numbers")
struct NeighbourProfileTests {
  private var record: RunRecord {
    RunRecord(
      configuration: Experiment.surface.plans[0].runs(ofSeed: 0)[1],
      context: RunContext(
        version: "0", oneDNN: "", threads: 1, datasetSHA256: "", evaluationSet: ""))
  }

  @Test("brown noise is what random walks have in the mean, and does not reach white noise")
  func brown() {
    let expected = brownAutocorrelation(count: 64, longestLag: 5)
    var sums = [Double](repeating: 0, count: 6)
    for draw in 0..<4000 {
      var random = SeededGenerator(seed: UInt64(draw), stream: "walk")
      var place = 0.0
      let walk = random.normals(64, deviation: 1).map { step -> Double in
        place += Double(step)
        return place
      }
      let mean = walk.reduce(0, +) / 64
      for lag in 0...5 {
        sums[lag] += zip(walk, walk.dropFirst(lag)).reduce(0) {
          $0 + ($1.0 - mean) * ($1.1 - mean)
        }
      }
    }
    #expect(expected[0] == 1)
    for lag in 1...5 {
      #expect(abs(sums[lag] / sums[0] - expected[lag]) < 0.01)
      #expect(expected[lag] < expected[lag - 1] && expected[lag] > 0.6)
    }
  }

  @Test("agreement is told by kind and step")
  func agreement() throws {
    var record = record
    #expect(AgreementProfile([record].groups[0]) == nil)
    record[AgreementRow.self] = RecordTable([
      AgreementRow(step: 0, kind: .sameClass, layerIndex: 1, count: 3, cosine: 0.5),
      AgreementRow(step: 0, kind: .walk, lag: 1, count: 2, cosine: 0.25),
      AgreementRow(step: 250, kind: .sameClass, layerIndex: 1, count: 3, cosine: 0.75),
      AgreementRow(step: 250, kind: .walk, lag: 1, count: 2, cosine: 1),
    ])
    record[LineRow.self] = RecordTable([
      LineRow(step: 0, point: 0, gradient: 2), LineRow(step: 0, point: 1, gradient: -4),
    ])
    let profile = try #require(AgreementProfile([record].groups[0]))
    #expect(profile.steps == [0, 250] && !profile.isOnLine && profile.line.isEmpty)
    #expect(profile.walk(at: 250).map(\.cosine) == [1])
    #expect(profile.layers(.sameClass, at: 0).map(\.cosine) == [0.5])
    #expect(profile.layers(.otherClass, at: 0).isEmpty)
    #expect(profile.gradients == [0.5, -1])
  }

  @Test("a surface is put in rows, and its loss at a distance is the median of the nearest places")
  func surface() throws {
    var record = record
    #expect(SurfaceProfile([record].groups[0]) == nil)
    let ticks = [-1, -0.5, 0, 0.5, 1]
    record[SurfaceRow.self] = RecordTable(
      ticks.flatMap { second in
        ticks.map { first in
          SurfaceRow(
            step: 250, kind: .plane, statistics: .batch, first: first, second: second,
            loss: first == 0.5 && second == 0 ? .nan : 1 + 10 * first * first + second * second)
        }
      } + [SurfaceRow(step: 250, kind: .line, statistics: .batch, first: 0.3, loss: 7)])
    let profile = try #require(SurfaceProfile([record].groups[0]))
    #expect(profile.ticks == ticks && profile.center(.batch) == 1)
    #expect(profile.plane(.batch)[0][2] == 2 && profile.plane(.batch)[2][0] == 11)
    let unknown = Array(profile.plane(.gathered).joined())
    #expect(unknown.count == 25 && unknown.allSatisfy { $0.isNaN })
    #expect(profile.line(.batch).map(\.loss) == [7])
    // (±0.5, 0), one of which is no number and counts as infinite; (0, ±0.5); and the four corners ±0.5.
    #expect(profile.loss(at: 0.5, .batch) == 3.75)
    // Twelve places: 2, 2, four times 4.5, 11, 11, four times 11.25.
    #expect(profile.loss(at: 1, .batch) == 7.75)
    let elsewhere = profile.loss(at: 0.5, .gathered)
    #expect(elsewhere.isNaN)
  }
}
