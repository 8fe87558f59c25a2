import Charts
import Foundation
import Testing
import Wording

/// What the page's scales and numbers give has to be what gradflow's charts have. Both are compared with one
/// file: here with what the charts give, and in a browser with what the page gives.
@Suite("The page's scales are those of the charts")
struct ScaleTests {
  struct Fixture: Codable, Equatable {
    struct ScaleCase: Codable, Equatable {
      var kind: String
      var values: [Double]
      var onlyWhole: Bool
      /// The least distance of labels, as a part of the axis.
      var distance: Double
      var domain: [Double]
      var nice: [Double]
      var positions: [Double?]
      var labels: [String]
      var places: [Double]
      var minor: [Double]
    }

    struct NumberCase: Codable, Equatable {
      var value: Double
      var rounded: String
      var percent: String
      var fixed: String
    }

    var scales: [ScaleCase]
    var numbers: [NumberCase]
  }

  private static let kinds: [(String, Scale.Kind)] = [
    ("linear", .linear), ("logarithmic", .logarithmic),
  ]

  private static func scaleCase(
    _ name: String, _ kind: Scale.Kind, _ values: [Double], onlyWhole: Bool, distance: Double
  ) -> Fixture.ScaleCase {
    let domain = kind.domain(covering: values)
    let nice = kind.nice(domain)
    let scale = Scale(kind, domain: nice, from: 300, to: 10)
    let ticks = scale.ticks(onlyWhole: onlyWhole) { ticks in
      zip(ticks, ticks.dropFirst()).allSatisfy { one, other in
        guard let first = scale.position(of: one.value),
          let second = scale.position(of: other.value)
        else { return false }
        return abs(first - second) >= distance * 290
      }
    }
    return Fixture.ScaleCase(
      kind: name, values: values, onlyWhole: onlyWhole, distance: distance,
      domain: [domain.lowerBound, domain.upperBound], nice: [nice.lowerBound, nice.upperBound],
      positions: values.map { scale.position(of: $0) }, labels: ticks.major.map(\.label),
      places: ticks.major.map(\.value), minor: ticks.minor)
  }

  private static var expected: Fixture {
    let ranges: [[Double]] = [
      [], [0, 1], [0.3, 97.2], [1, 1e5], [2e-7, 3.1e-2], [5, 5], [0], [-3, 8], [1e-30, 1e12],
      [2.302585, 2.4], [1, 250], [0.9, 56.5], [1e-38, 3e38], [12_345, 12_399], [0.001, 0.0012],
    ]
    let scales = ranges.flatMap { values in
      kinds.flatMap { name, kind in
        [(false, 0.05), (true, 0.05), (false, 0.3)].map { onlyWhole, distance in
          scaleCase(name, kind, values, onlyWhole: onlyWhole, distance: distance)
        }
      }
    }
    let numbers = [
      0, 1, -1, 0.1, 0.0999, 0.00999, 9.996, 99.96, 999.6, 123_456, 99_999.7, 1e-7, 2.05e-12,
      3.14159,
      72.65, -0.0004, 1e22, 1e-300, 1.7e308, 0.5, 1.5, 2.5, 42,
    ].map {
      Fixture.NumberCase(
        value: $0, rounded: rounded($0), percent: percent($0), fixed: fixed($0, places: 2))
    }
    return Fixture(scales: scales, numbers: numbers)
  }

  @Test("domains, positions, ticks and numbers of the charts are those of the file")
  func fixture() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/scales.json")
    if ProcessInfo.processInfo.environment["GRADFLOW_WRITE_FIXTURES"] != nil {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try encoder.encode(Self.expected).write(to: path)
    }
    let found = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
    let expected = Self.expected
    #expect(found.scales.count == expected.scales.count && found.numbers == expected.numbers)
    for (found, expected) in zip(found.scales, expected.scales) {
      // The last digits of a logarithm are the system's own.
      #expect(found.labels == expected.labels && found.values == expected.values)
      let pairs =
        [
          (found.domain, expected.domain), (found.nice, expected.nice),
          (found.places, expected.places), (found.minor, expected.minor),
          (found.positions.map { $0 ?? -1 }, expected.positions.map { $0 ?? -1 }),
        ]
      for (one, other) in pairs {
        #expect(one.count == other.count)
        #expect(zip(one, other).allSatisfy { abs($0 - $1) <= 1e-9 * max(abs($0), abs($1)) })
      }
    }
  }
}
