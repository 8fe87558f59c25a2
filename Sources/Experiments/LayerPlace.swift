/// Where in a network something was observed: a convolution or a linear layer.
package struct LayerPlace: Hashable, Sendable {
  /// The ways from the images to the logits.
  package enum Path: String, CaseIterable, Codable, Sendable {
    /// Through every block's layers: what a network's depth counts.
    case main
    /// A projection around a block.
    case shortcut
  }

  /// In forward order along the main path, from 1 to the depth of the network. A projection has the
  /// index of the last layer of the block that it leads around.
  package var index: Int
  /// The name of its weights in PyTorch's manner, without `.weight`: `layer1.0.conv2`.
  package var name: String
  /// 0 for what comes before the first stage, then 1, 2, …, and one more for the classifier.
  package var stage: Int
  package var path: Path

  package init(index: Int, name: String, stage: Int, path: Path = .main) {
    self.index = index
    self.name = name
    self.stage = stage
    self.path = path
  }
}
