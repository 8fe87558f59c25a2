/// Which images to learn from, and what is done to them on the way.
package struct DatasetConfiguration: Hashable, Codable, Sendable {
  /// The data sets that can be read.
  package enum Name: String, CaseIterable, Codable, Sendable {
    /// 60,000 + 10,000 grey 28×28 images of clothes (Xiao, Rasul and Vollgraf 2017).
    case fashionMNIST = "fashion-mnist"
    /// 50,000 + 10,000 colour 32×32 images (Krizhevsky 2009).
    case cifar10 = "cifar-10"
    /// Patterns drawn by a formula: no download, for tests and first looks.
    case synthetic
    /// 256 points of a line, evenly spaced, in two classes that take turns: images of one pixel.
    case line
  }

  package var name: Name
  /// The side of the images that the network sees: those of the data set, averaged down over whole
  /// blocks. Nil leaves them as they are.
  package var imageSize: Int?
  /// Pad by 4 pixels, crop at random, flip half of them (paper, section 4.2).
  package var augmentation = true
  /// How many of the training images are learned from, the first ones; nil for all that are not held
  /// out.
  package var trainingImages: Int?
  /// How many of the training images are held out of training and evaluated instead of the test
  /// images, the last ones of the official order; nil evaluates the test images. The paper holds
  /// out 5,000 of CIFAR-10's (section 4.2).
  package var heldOutImages: Int?
  /// How many of the evaluated images an evaluation looks at, the first ones; nil for all.
  package var evaluationImages: Int?

  package init(
    _ name: Name, imageSize: Int? = nil, augmentation: Bool = true, trainingImages: Int? = nil,
    heldOutImages: Int? = nil, evaluationImages: Int? = nil
  ) {
    self.name = name
    self.imageSize = imageSize
    self.augmentation = augmentation
    self.trainingImages = trainingImages
    self.heldOutImages = heldOutImages
    self.evaluationImages = evaluationImages
  }

  /// The side of the images that the network sees, in pixels.
  package var side: Int { imageSize ?? name.side }
}

extension DatasetConfiguration.Name {
  /// Colours of a pixel.
  package var channels: Int { self == .cifar10 ? 3 : 1 }

  /// The side of the images as they come, in pixels; synthetic ones are drawn in any size.
  package var side: Int {
    switch self {
    case .fashionMNIST: 28
    case .cifar10: 32
    case .synthetic: 16
    case .line: 1
    }
  }

  /// The sides that the images can be averaged to, from the smallest that is of use; synthetic ones are drawn in
  /// any of them.
  package var sides: [Int] {
    switch self {
    case .synthetic: Array(4...2048)
    case .line: [1]
    case .fashionMNIST, .cifar10: (4...side).filter { side % $0 == 0 }
    }
  }

  package var classes: Int { self == .line ? 2 : 10 }
}

extension DatasetConfiguration {
  /// How many images an evaluation sees, where there are as many.
  package var evaluatedImages: Int {
    let held = heldOutImages ?? 0
    return min(evaluationImages ?? .max, held > 0 ? held : name.testImages)
  }
}

extension DatasetConfiguration.Name {
  /// How many images there are to evaluate on.
  package var testImages: Int {
    switch self {
    case .fashionMNIST, .cifar10: 10_000
    case .synthetic: 1024
    case .line: 256
    }
  }
}
