import Findings
import Testing

@Suite("Spreads over seeds")
struct SpreadTests {
  @Test("mean and sample deviation")
  func spread() {
    #expect(Spread([1, 2, 3]).mean == 2 && Spread([1, 2, 3]).deviation == 1)
    #expect(Spread([7]).deviation == 0)
  }

  @Test("of values that are multiplied, the middle is the geometric mean, and zeros make it zero")
  func geometric() {
    let spread = GeometricSpread([1, 100])
    #expect(abs(spread.mean - 10) < 1e-12)
    #expect(abs(spread.upper / spread.mean - spread.mean / spread.lower) < 1e-9)
    #expect(GeometricSpread([0, 1]).mean == 0 && GeometricSpread([.nan, 1]).mean.isNaN)
  }

  @Test("in words: the deviation only where there are several, and what is no number as such")
  func words() {
    #expect(Spread([1, 2, 3]).text == "2.0 ± 1.0" && Spread([7]).text == "7.0")
    #expect(Spread([.nan]).text == "nan")
  }

  @Test("runs of different lengths are compared as far as all go")
  func lengths() {
    #expect(spreads([[1, 2, 3], [3, 4]]).map(\.mean) == [2, 3])
    #expect(spreads([]).isEmpty)
  }
}
