import CZlib
import Foundation

@testable import Datasets

/// A folder that is removed at the end of the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "gradflow-data-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }
}

/// How many times as many mutations as usual are tried: `GRADFLOW_FUZZ=100 swift test` tries many.
let fuzzFactor = ProcessInfo.processInfo.environment["GRADFLOW_FUZZ"].flatMap { Int($0) } ?? 1

/// Bytes in gzip's format.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  return input.withUnsafeMutableBufferPointer { input in
    [UInt8](unsafeUninitializedCapacity: input.count + 1024) { output, count in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      count = Int(stream.total_out)
    }
  }
}

/// An IDX file of the given extents.
func idx(_ extents: [Int], _ values: [UInt8], magic: UInt8? = nil) -> [UInt8] {
  var bytes: [UInt8] = [0, 0, 8, magic ?? UInt8(extents.count)]
  for extent in extents {
    bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) }
  }
  return bytes + values
}

/// A small data set in the files of Fashion-MNIST: no two images alike.
func writeFashion(in folder: TemporaryFolder, count: Int = 20, side: Int = 4) throws {
  let size = side * side
  for (name, count) in [("train", count), ("t10k", count / 2)] {
    let pixels = (0..<count * size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
    let labels = (0..<count).map { UInt8($0 % 10) }
    try folder.write(idx([count, side, side], pixels), to: "\(name)-images-idx3-ubyte")
    try folder.write(gzipped(idx([count], labels)), to: "\(name)-labels-idx1-ubyte.gz")
  }
}
