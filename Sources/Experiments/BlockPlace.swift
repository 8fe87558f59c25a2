/// A block of a plain or residual network: the layers that a shortcut leads around, or would.
package struct BlockPlace: Hashable, Sendable {
  /// In forward order, from 1.
  package var index: Int
  /// In PyTorch's manner: `layer1.0`.
  package var name: String
  /// That of its layers.
  package var stage: Int
  /// Whether its output has other extents than its input, as where a stage begins.
  package var changesShape: Bool

  package init(index: Int, name: String, stage: Int, changesShape: Bool) {
    self.index = index
    self.name = name
    self.stage = stage
    self.changesShape = changesShape
  }
}
