import CZlib
import Experiments
import Foundation
import Records
import SampleRecords

/// A folder that is removed at the end of the test.
final class TemporaryFolder {
  let path = NSTemporaryDirectory() + "gradflow-explorer-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What gzip packed.
func unpacked(_ bytes: [UInt8], limit: Int = 1 << 26) -> [UInt8] {
  var stream = z_stream()
  inflateInit2_(&stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { inflateEnd(&stream) }
  var (input, output) = (bytes, [UInt8](repeating: 0, count: limit))
  let (inputCount, outputCount) = (input.count, output.count)
  return input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(inputCount))
      (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(outputCount))
      guard inflate(&stream, Z_FINISH) == Z_STREAM_END else { return [] }
      return Array(output.prefix(outputCount - Int(stream.avail_out)))
    }
  }
}

/// Packed runs, read by the plainest means.
struct ReadRuns {
  struct Head: Decodable {
    struct Run: Decodable {
      struct Note: Decodable {
        let step: Int
        let kind: String
      }
      let name: String
      let label: String
      let structure: Int
      let isGrowing: Bool
      let notes: [Note]
      let tables: [Table]
    }
    struct Table: Decodable {
      struct Column: Decodable {
        let name: String
        let packing: String
        let step: Double
        let origin: Double
        let relative: String?
      }
      let name: String
      let steps: Int
      let series: Int
      let layers: [Int]?
      let columns: [Column]
    }
    struct Structure: Decodable {
      struct Layer: Decodable { let name: String }
      let layers: [Layer]
    }
    let runs: [Run]
    let structures: [Structure]
    let schedules: [[Int]]
  }

  let head: Head
  /// By run, table and column: the numbers, series by series; nil where one is missing.
  private(set) var columns: [[String]: [Double?]] = [:]

  init(_ packed: [UInt8]) throws {
    let bytes = unpacked(packed)
    let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    head = try JSONDecoder().decode(Head.self, from: Data(bytes[4..<(4 + length)]))
    let numbers = Array(bytes[(4 + length)...])
    var start = 0
    for run in head.runs {
      for table in run.tables {
        var codes: [String: [UInt16]] = [:]
        for column in table.columns {
          let steps = head.schedules[table.steps].count
          let count = steps * table.series
          var own: [UInt16] = []
          for index in 0..<count {
            let low = UInt16(numbers[start + index])
            let zigzag = low | UInt16(numbers[numbers.count / 2 + start + index]) << 8
            let difference = zigzag % 2 == 0 ? zigzag / 2 : ~(zigzag / 2)
            own.append((index % steps == 0 ? 0 : own[index - 1]) &+ difference)
          }
          if let other = column.relative { own = zip(own, codes[other]!).map { $0 &+ $1 } }
          codes[column.name] = own
          columns[[run.name, table.name, column.name]] = own.map { code in
            switch code {
            case 0xfffb: return -.infinity
            case 0xfffc: return nil
            case 0xfffd: return 0
            case 0xfffe: return .infinity
            case 0xffff: return .nan
            default:
              let number = column.step * (column.origin + Double(code))
              return column.packing == "linear" ? number : pow(10, number)
            }
          }
          start += count
        }
      }
    }
  }
}

/// Whether a number that was packed is the same as before, or nearly.
func isNear(_ found: Double?, _ value: Double?, within tolerance: Double = 0.0024) -> Bool {
  guard let found, let value else { return found == nil && value == nil }
  if value.isNaN { return found.isNaN }
  guard value.isFinite, value != 0 else { return found == value }
  return abs(found / value - 1) <= tolerance
}
