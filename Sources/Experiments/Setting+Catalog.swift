extension Setting {
  /// Every setting, in the order of the run's own properties.
  package static let catalog: [Setting] =
    ofNetwork + ofImages + ofSchedule + ofTraining + ofRecording

  private static let ofNetwork: [Setting] = [
    Setting(
      "network", range: "a name such as plain-56, resnet-20-B or plain-20-no-bn-tanh",
      complaint: { text in
        do {
          _ = try NetworkConfiguration(named: text)
          return nil
        } catch {
          return "\(error)"
        }
      }, read: { $0.network.name }
    ) { text, run in
      guard let network = try? NetworkConfiguration(named: text) else { return false }
      run.network = network
      return true
    },
    .choice("network.family", \.network.family),
    .choice("network.kind", \.network.kind),
    .whole("network.depth", \.network.depth, 2...10_004),
    .whole("network.width", \.network.width, 1...4096),
    .choice("network.normalization", \.network.normalization),
    .choice("network.activation", \.network.activation),
    .choice("network.shortcut", \.network.shortcut),
    .choice("network.bottleneckStride", \.network.bottleneckStride),
    .choice("network.order", \.network.order),
    Setting(
      "network.stemStride", range: "1, or published",
      because: "the paper's stride is 2, and small images have no pixels to spare",
      read: { $0.network.stemStride.map { "\($0)" } ?? "published" }
    ) { text, run in
      guard text == "1" || text == "published" else { return false }
      run.network.stemStride = Int(text)
      return true
    },
    Setting(
      "network.combination", range: "none, \(Combination.words)",
      read: { $0.network.combination?.rawValue ?? "none" }
    ) { text, run in
      let combination = Combination(rawValue: text)
      guard combination != nil || text == "none" else { return false }
      run.network.combination = combination
      return true
    },
  ]

  private static let ofImages: [Setting] = [
    .choice("dataset.name", \.dataset.name),
    .whole(
      "dataset.imageSize", \.dataset.imageSize, 4...2048, none: "full",
      because: "images are averaged over whole blocks to so many pixels"),
    .flag("dataset.augmentation", \.dataset.augmentation),
    .whole("dataset.trainingImages", \.dataset.trainingImages, 1...1_000_000, none: "all"),
    .whole(
      "dataset.heldOutImages", \.dataset.heldOutImages, 1...1_000_000, none: "none",
      because: "so many training images are held out and evaluated instead of the test images"),
    .whole("dataset.evaluationImages", \.dataset.evaluationImages, 1...1_000_000, none: "all"),
  ]

  private static let ofSchedule: [Setting] = [
    .number(
      "schedule.base", \.schedule.base, 0...1000,
      because: "a step goes against the gradient, and not beyond what single precision holds"),
    .whole("schedule.iterations", \.schedule.iterations, 1...100_000_000),
    Setting(
      "schedule.drops",
      range: "none, or iterations with commas between, such as 32000, 48000 or 100:0.5, 200:0.5",
      because: "the rate is multiplied by 0.1, or by the factor behind the colon, at each",
      read: { $0.schedule.dropsText }
    ) { text, run in
      guard let drops = LearningRateSchedule.drops(text) else { return false }
      run.schedule.drops = drops
      return true
    },
    Setting(
      "schedule.warmUp", range: "none or paper",
      because: "the paper's is 0.01 until the training error is below 80 %",
      read: { $0.schedule.warmUp == nil ? "none" : "paper" }
    ) { text, run in
      guard ["none", "paper"].contains(text) else { return false }
      run.schedule.warmUp = text == "none" ? nil : .init()
      return true
    },
    ofWarmUp("rate", 0...1000) { \.rate },
    ofWarmUp("untilErrorBelow", 0...100) { \.untilErrorBelow },
    Setting(
      "schedule.warmUp.window", range: "a whole number from 1 to 100000",
      read: { "\(($0.schedule.warmUp ?? .init()).window)" }
    ) { text, run in
      guard let value = Int(text), (1...100_000).contains(value) else { return false }
      run.schedule.warmUp = run.schedule.warmUp ?? .init()
      run.schedule.warmUp?.window = value
      return true
    },
    .whole("schedule.ramp", \.schedule.ramp, 1...100_000_000, none: "none"),
    Setting(
      "schedule.annealing", range: "none or cosine",
      read: { $0.schedule.annealing?.rawValue ?? "none" }
    ) { text, run in
      let annealing = LearningRateSchedule.Annealing(rawValue: text)
      guard annealing != nil || text == "none" else { return false }
      run.schedule.annealing = annealing
      return true
    },
  ]

  private static func ofWarmUp(
    _ name: String, _ range: ClosedRange<Double>,
    _ path: @escaping @Sendable () -> WritableKeyPath<LearningRateSchedule.WarmUp, Double>
  ) -> Setting {
    Setting(
      "schedule.warmUp.\(name)",
      range: "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))",
      read: { plain(($0.schedule.warmUp ?? .init())[keyPath: path()]) }
    ) { text, run in
      guard let value = Double(text), range.contains(value) else { return false }
      var warmUp = run.schedule.warmUp ?? .init()
      warmUp[keyPath: path()] = value
      run.schedule.warmUp = warmUp
      return true
    }
  }

  private static let ofTraining: [Setting] = [
    .number(
      "optimizer.momentum", \.optimizer.momentum, 0...0.9999,
      because: "at 1 the velocity would never decay"),
    .number(
      "optimizer.weightDecay", \.optimizer.weightDecay, 0...1,
      because: "above 1 a step would turn every weight round"),
    Setting(
      "optimizer.clipping", range: "a positive number, or none",
      because: "gradients are shortened to this length where they are longer",
      read: { $0.optimizer.clipping.map(plain) ?? "none" }
    ) { text, run in
      let length = Double(text)
      guard text == "none" || length.map({ $0 > 0 && $0.isFinite }) == true else { return false }
      run.optimizer.clipping = length
      return true
    },
    Setting(
      "optimizer.keepsNorms", range: "true or false",
      read: { "\($0.optimizer.keepsNorms ?? false)" }
    ) { text, run in
      guard let keeps = Bool(text) else { return false }
      run.optimizer.keepsNorms = keeps ? true : nil
      return true
    },
    Setting(
      "initialization",
      range:
        "he, xavier, identity, delta-orthogonal, or normal(σ) with a positive number such as 0.01",
      read: { $0.initialization.rawValue }
    ) { text, run in
      guard let scheme = Initialization(rawValue: text) else { return false }
      run.initialization = scheme
      return true
    },
    .whole("batchSize", \.batchSize, 1...65_536),
    Setting(
      "shards", range: "a power of two from 1 to 1024",
      because: "they are added pair by pair",
      read: { "\($0.shards ?? 1)" }
    ) { text, run in
      guard let count = Int(text), 1...1024 ~= count, count.nonzeroBitCount == 1 else {
        return false
      }
      run.shards = count == 1 ? nil : count
      return true
    },
    .flag("stopsWhenDiverged", \.stopsWhenDiverged),
    Setting(
      "seed", range: "a whole number from 0 to 4294967295", read: { "\($0.seed)" }
    ) { text, run in
      guard let seed = UInt32(text) else { return false }
      run.seed = UInt64(seed)
      return true
    },
  ]

  private static let ofRecording: [Setting] = [
    .whole("recording.dense", \.recording.dense, 0...100_000_000),
    .whole("recording.interval", \.recording.interval, 1...100_000_000),
    .whole("recording.perDecade", \.recording.perDecade, 1...1000, none: "none"),
    .whole("recording.evaluationInterval", \.recording.evaluationInterval, 1...100_000_000),
    .whole("recording.lossInterval", \.recording.lossInterval, 1...100_000_000, none: "all"),
  ]
}

extension LearningRateSchedule {
  /// `32000, 48000:0.5`; `none` without drops.
  fileprivate var dropsText: String {
    if drops.isEmpty { return "none" }
    return drops.map {
      "\($0.iteration)" + ($0.factor == 0.1 ? "" : ":\(plain($0.factor))")
    }.joined(separator: ", ")
  }

  /// The drops that a text states; nil where it is not understood.
  fileprivate static func drops(_ text: String) -> [Drop]? {
    if text == "none" { return [] }
    var drops: [Drop] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard let iteration = numbers.first.flatMap({ Int($0) }),
        1...100_000_000 ~= iteration, numbers.count <= 2, drops.count < 1000
      else { return nil }
      guard numbers.count == 2 else {
        drops.append(Drop(at: iteration))
        continue
      }
      guard let factor = Double(numbers[1]), 0...1000 ~= factor else { return nil }
      drops.append(Drop(at: iteration, factor: factor))
    }
    return drops
  }
}
