package import Experiments

extension RunConfiguration {
  /// Why the run cannot be made, a clause; nil where it can. Its images are not looked at.
  package var problem: String? {
    if let problem = network.problem { return problem }
    let counts = [
      ("schedule.iterations", schedule.iterations), ("batchSize", batchSize),
      ("recording.interval", recording.interval),
      ("recording.evaluationInterval", recording.evaluationInterval),
      ("recording.perDecade", recording.perDecade ?? 1),
      ("recording.lossInterval", recording.lossInterval ?? 1),
      ("dataset.imageSize", dataset.side),
    ]
    if let (key, count) = counts.first(where: { $0.1 < 1 }) {
      return "\(key) is \(count), and must be 1 or more"
    }
    let full = dataset.name.side
    let isDrawn = dataset.name == .synthetic
    guard isDrawn ? (4...2048).contains(dataset.side) : full % dataset.side == 0 else {
      let possible = (4...full).filter { full % $0 == 0 }.map(String.init)
      return "dataset.imageSize \(dataset.side): \(dataset.name.rawValue) can be averaged to "
        + possible.joined(separator: ", ") + " pixels"
    }
    let smallest = Architecture.minimumSide(of: network)
    guard dataset.side >= smallest else {
      return "\(network.name) takes images of \(smallest) pixels or more, and dataset.imageSize is "
        + "\(dataset.side)"
    }
    if let images = dataset.trainingImages, images < batchSize {
      return "dataset.trainingImages \(images) do not fill one mini-batch of \(batchSize)"
    }
    return nil
  }
}
