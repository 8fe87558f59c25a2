/// A sum of 2^k values in a fixed binary tree: ((0 + 1) + (2 + 3)) + … whichever of its subtrees are added
/// elsewhere. Values are added as they come; no more than k + 1 of them are kept.
package struct TreeSum<Value> {
  private let add: (inout Value, Value) -> Void
  private var subtrees: [(value: Value, height: Int)] = []

  /// - Parameter add: Adds a value to the one before it.
  package init(by add: @escaping (inout Value, Value) -> Void) { self.add = add }

  package mutating func append(_ value: Value) {
    var (value, height) = (value, 0)
    while let last = subtrees.last, last.height == height {
      subtrees.removeLast()
      var sum = last.value
      add(&sum, value)
      (value, height) = (sum, height + 1)
    }
    subtrees.append((value, height))
  }

  /// - Precondition: As many values have come as a power of two says.
  package var total: Value {
    precondition(
      subtrees.count == 1, "a sum in a binary tree of \(subtrees.map { 1 << $0.height })")
    return subtrees[0].value
  }
}
