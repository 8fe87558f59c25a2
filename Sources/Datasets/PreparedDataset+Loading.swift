package import Experiments

extension PreparedDataset {
  /// Finds, reads and prepares the images of a configuration. `directory` is where its files are;
  /// nil for the usual places.
  package static func load(
    _ configuration: DatasetConfiguration, from directory: String?
  ) throws(DatasetError) -> PreparedDataset {
    switch configuration.name {
    case .fashionMNIST: try fashionMNIST(configuration, from: directory)
    case .cifar10: try cifar10(configuration, from: directory)
    case .synthetic: try synthetic(configuration)
    case .line: try line(configuration)
    }
  }

  private static func fashionMNIST(
    _ configuration: DatasetConfiguration, from directory: String?
  ) throws(DatasetError) -> PreparedDataset {
    let folders = DataFolders(directory, subfolders: Publication.subfolders(.fashionMNIST))
    let remedy =
      "fetch them with `gradflow data download fashion-mnist`, install them with `apt-get install "
      + "dataset-fashion-mnist`, or say with --data where they are"
    let trainingImages = try folders.file("train-images-idx3-ubyte", remedy: remedy)
    let trainingLabels = try folders.file("train-labels-idx1-ubyte", remedy: remedy)
    let testImages = try folders.file("t10k-images-idx3-ubyte", remedy: remedy)
    let testLabels = try folders.file("t10k-labels-idx1-ubyte", remedy: remedy)
    return try PreparedDataset(
      training: IDX.read(images: trainingImages, labels: trainingLabels, classes: 10),
      test: IDX.read(images: testImages, labels: testLabels, classes: 10), classes: 10,
      sha256: sha256Hex([trainingImages, trainingLabels, testImages, testLabels].map(\.bytes)),
      configuration: configuration)
  }

  private static func cifar10(
    _ configuration: DatasetConfiguration, from directory: String?
  ) throws(DatasetError) -> PreparedDataset {
    let folders = DataFolders(directory, subfolders: Publication.subfolders(.cifar10))
    let remedy =
      "fetch it with `gradflow data download cifar-10`, or say with --data where it is"
    var training: [DataFile] = []
    for part in 1...5 {
      training.append(try folders.file("data_batch_\(part).bin", remedy: remedy))
    }
    let test = try folders.file("test_batch.bin", remedy: remedy)
    return try PreparedDataset(
      training: CIFARFormat.read(training), test: CIFARFormat.read([test]), classes: 10,
      sha256: sha256Hex((training + [test]).map(\.bytes)), configuration: configuration)
  }

  private static func synthetic(
    _ configuration: DatasetConfiguration
  ) throws(DatasetError) -> PreparedDataset {
    let side = configuration.imageSize ?? SyntheticImages.side
    let training = SyntheticImages.draw(4000, side: side, stream: "training")
    let evaluation = SyntheticImages.draw(
      configuration.name.testImages, side: side, stream: "evaluation")
    return try PreparedDataset(
      training: training, test: evaluation, classes: 10,
      sha256: sha256Hex([training.pixels, evaluation.pixels]), configuration: configuration)
  }

  private static func line(
    _ configuration: DatasetConfiguration
  ) throws(DatasetError) -> PreparedDataset {
    let points = LinePoints.draw()
    return try PreparedDataset(
      training: points, test: points, classes: configuration.name.classes,
      sha256: sha256Hex([points.pixels]), configuration: configuration)
  }
}
