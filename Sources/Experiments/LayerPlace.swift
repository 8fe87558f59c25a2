/// Where in a network something was observed: a convolution or a linear layer.
package struct LayerPlace: Hashable, Sendable {
  /// In forward order, from 1 to the depth of the network.
  package var index: Int
  /// The name of its weights in PyTorch's manner, without `.weight`: `layer1.0.conv2`.
  package var name: String
  /// 0 for the first convolution, 1, 2, 3 for the stages, 4 for the classifier.
  package var stage: Int

  package init(index: Int, name: String, stage: Int) {
    self.index = index
    self.name = name
    self.stage = stage
  }
}
