import RealModule

/// The loss of a mini-batch of classified images, or the share in it of some of them.
package struct CrossEntropy {
  /// −log softmax(logits)[label] in nats, mean over the batch; nan or infinite where the logits are. Of a part
  /// of the batch its share in that mean.
  package let loss: Double
  /// The number of images whose largest logit is not that of their label.
  package let errors: Int
  /// ∂loss/∂logits = (softmax(logits) − onehot(label)) / B, of shape N×classes.
  package let gradient: Tensor

  /// Compares logits of shape N×classes with N labels, in double precision. B is the size of the whole
  /// mini-batch, where these are a part of it; nil is N.
  package init(_ logits: Tensor, labels: [Int32], ofBatch size: Int? = nil) {
    let (images, classes) = (logits.shape[0], logits.shape[1])
    precondition(labels.count == images, "\(labels.count) labels for \(images) images")
    let batch = size ?? images
    let values = logits.values()
    var gradient = [Float](repeating: 0, count: values.count)
    var loss = 0.0
    var errors = 0
    for image in 0..<images {
      let label = Int(labels[image])
      precondition((0..<classes).contains(label), "label \(label) of \(classes) classes")
      let row = values[image * classes..<(image + 1) * classes]
      // Subtracting the largest logit keeps the exponentials from overflowing.
      let largest = Double(row.max() ?? 0)
      let exponentials = row.map { Double.exp(Double($0) - largest) }
      let sum = exponentials.reduce(0, +)
      let target = Double(row[row.startIndex + label])
      loss += largest + .log(sum) - target
      for (index, exponential) in exponentials.enumerated() {
        let expected = index == label ? 1.0 : 0.0
        gradient[image * classes + index] = Float(
          (exponential / sum - expected) / Double(batch))
      }
      if predictedClass(row) != label { errors += 1 }
    }
    self.loss = loss / Double(batch)
    self.errors = errors
    self.gradient = Tensor(gradient, shape: logits.shape, on: logits.engine)
  }
}

/// The position of the largest logit, the first of equals as in PyTorch; nil where one is nan.
private func predictedClass(_ logits: ArraySlice<Float>) -> Int? {
  var best = logits.startIndex
  for index in logits.indices {
    if logits[index].isNaN { return nil }
    if logits[index] > logits[best] { best = index }
  }
  return best - logits.startIndex
}
