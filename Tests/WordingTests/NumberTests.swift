import Testing

@testable import Wording

@Suite("Numbers for people")
struct NumberTests {
  @Test(
    "numbers in sentences have the digits that count",
    arguments: [
      (346.4, "346"), (3.23, "3.2"), (0.1002, "0.10"), (0.0483, "0.048"), (99.96, "100"),
      (9.96e-7, "1.0×10⁻⁶"),
      (99_999.6, "1.0×10⁵"), (0.0996, "0.10"), (0.996, "1.0"), (9.99, "10.0"), (0.00999, "0.010"),
      (2.14e-7, "2.1×10⁻⁷"), (1.7e6, "1.7×10⁶"), (0, "0"), (.infinity, "inf"),
    ] as [(Double, String)])
  func rounding(value: Double, text: String) {
    #expect(rounded(value) == text)
  }

  @Test(
    "places are kept, signs are minus signs, and nothing is minus zero",
    arguments: [
      (2.345, 2, "2.35"), (-0.04, 1, "0.0"), (-3.14, 1, "−3.1"), (0.5, 0, "1"), (99.95, 1, "100.0"),
      (.nan, 1, "nan"), (-.infinity, 2, "-inf"), (1e16, 1, "1e+16"),
    ] as [(Double, Int, String)])
  func places(value: Double, places: Int, text: String) {
    #expect(fixed(value, places: places) == text)
  }

  @Test(
    "digits stand in groups of three",
    arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-21_797_672, "−21,797,672")])
  func groups(value: Int, text: String) { #expect(grouped(value) == text) }

  @Test(
    "what lines up has four digits and a power of two figures",
    arguments: [
      (3.14159e-5, "3.142e-05"), (9.99996, "1.000e+01"), (-2e300, "-2.000e+300"), (0, "0"),
      (.nan, "nan"),
    ] as [(Double, String)])
  func lined(value: Double, text: String) { #expect(scientific(value) == text) }

  @Test(
    "what programs read has six digits at most",
    arguments: [
      (1.0 / 3, "0.333333"), (123_456_789, "123457000"), (1e-30, "1e-30"), (2, "2"), (-0.5, "-0.5"),
      (.infinity, "inf"),
    ] as [(Double, String)])
  func read(value: Double, text: String) { #expect(sixDigits(value) == text) }

  @Test(
    "times are read at a glance",
    arguments: [
      (0, "0 s"), (59.4, "59 s"), (59.6, "1:00 min"), (67, "1:07 min"), (3600, "1:00 h"),
      (7445, "2:04 h"),
    ])
  func times(seconds: Double, text: String) { #expect(clockTime(.seconds(seconds)) == text) }

  @Test("what is no number has no sign, whatever a processor makes of 0 ÷ 0")
  func nan() {
    for nan in [Double.nan, -.nan, .zero / .zero] {
      let words = [
        fixed(nan, places: 1), percent(nan), rounded(nan), scientific(nan), sixDigits(nan),
      ]
      #expect(words == ["nan", "nan %", "nan", "nan", "nan"])
    }
    #expect(rounded(-.infinity) == "-inf")
  }

  @Test("counts in words")
  func words() {
    #expect(short(21_797_672) == "21.8 million" && short(3_663_249_408) == "3.66 billion")
    #expect(short(138_357_544) == "138 million" && gigabytes(1_500_000_000) == "1.5 GB")
    #expect(millions(269_722) == "0.27 M" && raised(-12) == "⁻¹²")
  }
}

@Suite("Lists and names")
struct NameTests {
  @Test("lists end in and")
  func lists() {
    #expect(sentenceList([]).isEmpty && sentenceList(["a"]) == "a")
    #expect(
      sentenceList(["a", "b"]) == "a and b" && sentenceList(["a", "b", "c"]) == "a, b and c")
    #expect(counted(1, "step") == "1 step" && counted(2000, "step") == "2,000 steps")
    #expect(counted(0, "step") == "0 steps")
  }

  @Test("a name is guessed by its letters, and not from afar")
  func near() {
    #expect(nearest(to: "resnt-20", among: ["plain-20", "resnet-20"]) == "resnet-20")
    #expect(nearest(to: "xyz", among: ["plain-20"]) == nil && nearest(to: "a", among: []) == nil)
    #expect(nearest(to: String(repeating: "a", count: 101), among: ["a"]) == nil)
  }

  @Test(
    "the distance between words",
    arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)])
  func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
  }

  @Test("nothing in a text means something to Markdown")
  func markdown() { #expect(escapedMarkdown("a_b|<c>\nd") == "a\\_b\\|\\<c\\> d") }
}
