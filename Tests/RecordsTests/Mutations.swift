import Foundation
import Randomness

/// How many times as many mutations as usual are tried: `GRADFLOW_FUZZ=100 swift test` tries many.
let fuzzFactor = ProcessInfo.processInfo.environment["GRADFLOW_FUZZ"].flatMap { Int($0) } ?? 1

/// Bytes with one to three of them replaced, removed or doubled.
func mutated(_ original: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
  var bytes = original
  for _ in 0...Int.random(in: 0..<3, using: &random) {
    let index = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<3, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: index)
    default: bytes.insert(bytes[index], at: index)
    }
  }
  return bytes
}
