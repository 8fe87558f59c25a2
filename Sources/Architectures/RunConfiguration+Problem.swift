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
    let shards = shards ?? 1
    guard shards >= 1, shards.nonzeroBitCount == 1 else {
      return "shards is \(shards), and must be a power of two"
    }
    guard batchSize % shards == 0 else {
      return "batchSize \(batchSize) cannot be cut into \(shards) equal shards"
    }
    guard dataset.name.sides.contains(dataset.side) else {
      let possible = dataset.name.sides
      let sides =
        possible.count > 20
        ? "\(possible[0]) to \(possible[possible.count - 1])"
        : possible.map(String.init).joined(separator: ", ")
      return "dataset.imageSize \(dataset.side): \(dataset.name.rawValue) has images of \(sides) "
        + (possible == [1] ? "pixel" : "pixels")
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
