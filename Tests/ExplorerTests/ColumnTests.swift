import Foundation
import Testing

@testable import Explorer

@Suite("Columns of 16 bits")
struct ColumnTests {
  private func numbers(_ column: Column) -> [Double?] {
    column.codes.map { code in
      switch code {
      case Column.Special.minusInfinity: return -.infinity
      case Column.Special.missing: return nil
      case Column.Special.zero: return 0
      case Column.Special.infinity: return .infinity
      case Column.Special.notANumber: return .nan
      default:
        let number = column.step * (Double(column.origin) + Double(code))
        return column.packing == .linear ? number : pow(10, number)
      }
    }
  }

  @Test("norms come back within 0.24 percent over 38 decades, and what is no norm as it was")
  func norms() {
    let values: [Double?] =
      (0..<2000).map { pow(10, Double($0) / 2000 * 38 - 30) } + [0, .infinity, .nan, nil]
    for (found, value) in zip(numbers(Column(norms: values)), values) {
      #expect(isNear(found, value), "\(String(describing: found)) for \(String(describing: value))")
    }
  }

  @Test("norms over more decades than there are codes are told more coarsely, none of them wrongly")
  func wide() {
    let values: [Double?] = [.leastNonzeroMagnitude, 1, 1e300, 0, nil]
    for (found, value) in zip(numbers(Column(norms: values)), values) {
      #expect(isNear(found, value, within: 0.012))
    }
  }

  @Test(
    "a column of one value, of none, and of nothing known", arguments: [[5.0], [], [nil], [.nan]])
  func small(values: [Double?]) {
    #expect(zip(numbers(Column(norms: values)), values).allSatisfy { isNear($0, $1) })
    #expect(zip(numbers(Column(numbers: values)), values).allSatisfy { isNear($0, $1) })
    #expect(Column(norms: values).codes.count == values.count)
  }

  @Test("numbers of either sign come back within half a step, and zero exactly")
  func signed() {
    let values: [Double?] = [-3, 0, 1e-9, 2.5, nil, .nan, -.infinity, .infinity]
    let column = Column(numbers: values)
    for (found, value) in zip(numbers(column), values) {
      guard let value, value.isFinite else {
        #expect(isNear(found, value))
        continue
      }
      #expect(abs((found ?? .nan) - value) <= column.step / 2 * 1.001)
      if value == 0 { #expect(found == 0) }
    }
    #expect(column.step < 0.001)
  }

  @Test("percentages are told to two hundredths, and wider ones as well as can be")
  func percentages() {
    let errors: [Double?] = [0, 12.34, 72.66, 100]
    for (found, value) in zip(numbers(Column(numbers: errors, step: 0.005)), errors) {
      #expect(abs((found ?? .nan) - (value ?? .nan)) <= 0.0025001)
    }
    let far: [Double?] = [0, 1e9]
    #expect(isNear(numbers(Column(numbers: far, step: 0.005))[1], 1e9, within: 1e-4))
  }

  @Test("what is told relative to another column comes back by adding it, wherever codes end")
  func relative() {
    let whole = Column(norms: [1, 1e-3, 0, nil, .nan, 1e5])
    var part = Column(norms: [0.5, nil, 1e-9, 3, .infinity, 1e5])
    let codes = part.codes
    part.subtract(whole)
    #expect(zip(part.codes, whole.codes).map { $0 &+ $1 } == codes)
  }

  @Test("differences of a series begin at 0, and have their sign in the lowest bit")
  func planes() {
    var planes = BytePlanes()
    planes.append([3, 2, 0xffff, 7, 7, 263], seriesLength: 3)
    #expect(planes.count == 6)
    #expect(planes.bytes == [6, 1, 5, 14, 0, 0, 0, 0, 0, 0, 0, 2])
  }
}

@Suite("What browsers unpack")
struct PackedBytesTests {
  @Test("gzip gives the bytes back, and equal bytes for equal bytes", arguments: [0, 1, 70_000])
  func gzip(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    #expect(unpacked(gzipped(bytes)) == bytes)
    #expect(gzipped(bytes) == gzipped(bytes))
  }

  @Test("base64 is what Foundation's is", arguments: 0..<7)
  func base64(count: Int) {
    let bytes = (0..<count).map { UInt8(255 - 41 * $0) }
    #expect(Explorer.base64(bytes) == Data(bytes).base64EncodedString())
  }
}
