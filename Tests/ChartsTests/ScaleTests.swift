import Foundation
import Randomness
import Testing

@testable import Charts

/// Labels of seven points a letter, a line twelve points high.
struct FixedAdvance: TextMeasuring {
  func width(of string: String, style: TextStyle) -> Double {
    Double(string.count) * style.size * 0.6
  }
  func ascent(of style: TextStyle) -> Double { style.size * 0.9 }
  func descent(of style: TextStyle) -> Double { style.size * 0.3 }
}

/// At least so many points between neighbours.
private func apart(_ scale: Scale, by distance: Double) -> ([Tick]) -> Bool {
  { ticks in
    let places = ticks.compactMap { scale.position(of: $0.value) }
    return zip(places, places.dropFirst()).allSatisfy { abs($0 - $1) >= distance }
  }
}

@Suite("Scales")
struct ScaleTests {
  @Test(
    "linear ticks are round numbers with as many decimals as they need",
    arguments: [
      (0.0...100, ["0", "20", "40", "60", "80", "100"]),
      (0...1, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (-1...1, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
      (0...250, ["0", "50", "100", "150", "200", "250"]),
    ])
  func linear(domain: ClosedRange<Double>, labels: [String]) {
    let scale = Scale(.linear, domain: domain, from: 0, to: 300)
    let ticks = scale.ticks(fitting: apart(scale, by: 45)).major
    #expect(ticks.map(\.label) == labels)
  }

  @Test("what is counted has no ticks between whole numbers")
  func whole() {
    let scale = Scale(.linear, domain: 0.5...3.5, from: 0, to: 800)
    let ticks = scale.ticks(onlyWhole: true, fitting: apart(scale, by: 20)).major
    #expect(ticks.map(\.label) == ["1", "2", "3"])
    let steps = Scale(.logarithmic, domain: 1...251, from: 0, to: 800)
    let labels = steps.ticks(onlyWhole: true, fitting: apart(steps, by: 20)).major.map(\.label)
    #expect(labels == ["1", "2", "5", "10", "20", "50", "100", "200"])
  }

  @Test("steps are counted from zero, which has a place before one and a name")
  func fromZero() {
    let steps = Scale(.logarithmicFromZero, domain: 0...249, from: 0, to: 800)
    let ticks = steps.ticks(fitting: apart(steps, by: 40))
    #expect(
      ticks.major.map(\.label) == ["0", "1", "2", "5", "10", "20", "50", "100", "200"])
    #expect(steps.position(of: 0) == 0 && steps.position(of: 249) == 800)
    #expect(steps.position(of: -1) == nil)
    // Twice as many steps done are equally far apart.
    let places = [0, 1, 3, 7, 15].compactMap { steps.position(of: $0) }
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { abs($0 - gaps[0]) < 1e-9 })
    // Where room is short zero and the powers of ten keep theirs.
    let narrow = steps.ticks(fitting: apart(steps, by: 200))
    #expect(narrow.major.map(\.label) == ["0", "10", "100"])
    #expect(narrow.minor == [1, 2, 5, 20, 50, 200])
    let long = Scale(.logarithmicFromZero, domain: 0...1e6, from: 0, to: 300)
    #expect(long.ticks(fitting: apart(long, by: 60)).major.map(\.label).last == "1,000,000")
    let late = Scale(.logarithmicFromZero, domain: 1100...1900, from: 0, to: 300)
    #expect(late.ticks(fitting: apart(late, by: 40)).major.map(\.label).first == "1200")
    #expect(Scale.Kind.logarithmicFromZero.domain(covering: [0]) == 0...1)
    #expect(Scale.Kind.logarithmicFromZero.nice(0...7799) == 0...7799)
  }

  @Test("logarithmic ticks are powers of ten, thinned where there are many")
  func logarithmic() {
    let few = Scale(.logarithmic, domain: 1e-3...1e3, from: 300, to: 0)
    let ticks = few.ticks(fitting: apart(few, by: 20))
    #expect(ticks.major.map(\.label) == ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"])
    #expect(ticks.minor.count == 6 * 8)
    let many = Scale(.logarithmic, domain: 1e-60...1e60, from: 300, to: 0)
    #expect(many.ticks(fitting: apart(many, by: 20)).major.count <= 15)
  }

  @Test("random domains get sorted, unique, fitting labels inside")
  func properties() {
    var random = SeededGenerator(state: 1)
    for _ in 0..<3000 {
      let kind: Scale.Kind = Bool.random(using: &random) ? .linear : .logarithmic
      let low = Double.random(in: -300...300, using: &random)
      let size = Double.random(in: -3...2.5, using: &random)
      let start = kind == .linear ? low : pow(10, low / 3)
      let end = kind == .linear ? low + pow(10, size) : start * pow(10, pow(10, size / 2))
      guard start < end, end.isFinite else { continue }
      let domain = kind.nice(kind.widened(start...end))
      #expect(domain.lowerBound <= start && domain.upperBound >= end)
      let length = Double.random(in: 30...900, using: &random)
      let scale = Scale(kind, domain: domain, from: length, to: 0)
      let fits = apart(scale, by: 18)
      let ticks = scale.ticks(fitting: fits).major
      #expect(fits(ticks))
      #expect(Set(ticks.map(\.label)).count == ticks.count, "\(domain) \(ticks.map(\.label))")
      #expect(ticks.map(\.value) == ticks.map(\.value).sorted())
      for tick in ticks {
        let place = scale.position(of: tick.value) ?? -1
        #expect((-1e-6...length + 1e-6).contains(place))
      }
    }
  }

  @Test("domains of nothing, of one value and of values without a place have a width")
  func degenerate() {
    for kind in [Scale.Kind.linear, .logarithmic, .logarithmicFromZero] {
      for values in [[], [.nan], [.infinity], [3, 3], [0], [-1, .nan], [.leastNonzeroMagnitude]]
        as [[Double]]
      {
        let domain = kind.domain(covering: values)
        #expect(domain.lowerBound < domain.upperBound)
        let scale = Scale(kind, domain: domain, from: 0, to: 200)
        #expect(!scale.ticks { _ in true }.major.isEmpty)
      }
    }
    #expect(Scale.Kind.logarithmic.domain(covering: [0, -2, 1e-3, .infinity, 10]) == 1e-3...10)
  }

  @Test("values without a place lie at the end toward which they are")
  func nowhere() {
    let scale = Scale(.logarithmic, domain: 1...100, from: 300, to: 0)
    #expect(scale.position(of: 10) == 150)
    #expect(scale.position(of: 0) == nil && scale.position(of: .infinity) == nil)
    #expect(scale.nearestPosition(of: 0) == 300 && scale.nearestPosition(of: .infinity) == 0)
    #expect(scale.nearestPosition(of: .nan) == nil)
  }
}

@Suite("Colours")
struct ColorTests {
  @Test("the map of heat grows in lightness, and every colour can be shown")
  func heat() {
    let colors = (0...100).map { ColorMap.heat.color(at: Double($0) / 100) }
    let lightness = colors.map { OKLab($0).lightness }
    for (one, next) in zip(lightness, lightness.dropFirst()) { #expect(next > one + 0.002) }
    #expect(ColorMap.heat.color(at: -1) == colors[0])
    #expect(ColorMap.heat.color(at: 2) == colors[100])
  }

  @Test("a colour survives the way to OKLab and back")
  func roundTrip() {
    for hex in [0x000000, 0xffffff, 0xd55e00, 0x0072b2, 0x00ff00] as [UInt32] {
      let color = Color(hex: hex)
      let back = OKLab(color).color
      #expect(abs(color.red - back.red) < 0.01 && abs(color.blue - back.blue) < 0.01)
    }
  }

  @Test("amounts without a logarithm have colours that no amount has")
  func specials() {
    let bar = ColorBar("norm", domain: 1e-3...1)
    let specials = [0, .infinity, .nan].map(bar.color)
    #expect(Set(specials).count == 3)
    let others = Set((0...1000).map { ColorMap.heat.color(at: Double($0) / 1000) })
    #expect(others.isDisjoint(with: specials))
    #expect(bar.color(of: 1e-9) == bar.color(of: 1e-3))
  }
}
