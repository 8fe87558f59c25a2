import Randomness
import Testing

@Suite("Seeded randomness")
struct SeededGeneratorTests {
  @Test("the stream is SplitMix64's")
  func known() {
    var random = SeededGenerator(state: 0)
    let first = (0..<3).map { _ in random.next() }
    #expect(first == [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f])
  }

  @Test("streams differ by name and by seed, and repeat")
  func streams() {
    func start(_ seed: UInt64, _ name: String) -> UInt64 {
      var random = SeededGenerator(seed: seed, stream: name)
      return random.next()
    }
    let all = (0..<10).flatMap { seed in ["a", "b", ""].map { start(seed, $0) } }
    #expect(Set(all).count == 30)
    #expect(start(3, "a") == start(3, "a"))
  }

  @Test("normal numbers have the mean and the deviation asked for, in odd counts, too")
  func normals() {
    var random = SeededGenerator(seed: 0, stream: "normals")
    let values = random.normals(20_001, deviation: 3).map(Double.init)
    let mean = values.reduce(0, +) / 20_001
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_001
    #expect(values.count == 20_001 && abs(mean) < 0.07 && abs(variance - 9) < 0.3)
    #expect(random.normals(0, deviation: 1).isEmpty)
  }

  @Test("a permutation holds every number once")
  func permutation() {
    var random = SeededGenerator(seed: 1, stream: "order")
    let order = random.permutation(1000)
    #expect(order.sorted() == Array(0..<1000) && order != Array(0..<1000))
    #expect(random.permutation(0).isEmpty && random.permutation(1) == [0])
  }
}
