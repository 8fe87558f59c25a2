internal import COneDNN

/// Size and shape of a tensor's values in five numbers, gathered in one pass and in double
/// precision: the squares of 32-bit floats neither overflow nor vanish in it.
package struct Summary: Hashable, Sendable {
  package let count: Int
  package let sum: Double
  package let sumOfSquares: Double
  /// max |x|; nan where any value is.
  package let maximum: Double
  /// The number of exact zeros.
  package let zeros: Int

  package init(count: Int, sum: Double, sumOfSquares: Double, maximum: Double, zeros: Int) {
    self.count = count
    self.sum = sum
    self.sumOfSquares = sumOfSquares
    self.maximum = maximum
    self.zeros = zeros
  }

  /// √Σx².
  package var l2: Double { sumOfSquares.squareRoot() }
  /// √(Σx²/n).
  package var rms: Double { (sumOfSquares / Double(count)).squareRoot() }
  package var mean: Double { sum / Double(count) }
  /// √(Σ(x−mean)²/n).
  package var deviation: Double {
    let variance = sumOfSquares / Double(count) - mean * mean
    return variance < 0 ? 0 : variance.squareRoot()
  }
  package var zeroFraction: Double { Double(zeros) / Double(count) }
}

extension Tensor {
  /// The summary of all elements.
  package func summary() -> Summary {
    // Blocked layouts pad the channels with zeros, which are not elements; where nothing is a number any
    // more, the padding may not be, either.
    let stored = layout.bytes / MemoryLayout<Float>.stride
    let found = gf_summarize(engine.handle, buffer.floats, Int64(stored))
    return Summary(
      count: shape.count, sum: found.sum, sumOfSquares: found.sum_of_squares,
      maximum: found.maximum, zeros: max(0, Int(found.zeros) - (stored - shape.count)))
  }
}
