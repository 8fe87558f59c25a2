extension [RunConfiguration] {
  /// A name for each run but for its seed: its network's, and behind it the settings in which it
  /// differs from others with the same network's name: `plain-20 (base 0.05)`. Where there are more than
  /// two that differ in several settings, those in which it differs from the first of them, which has none.
  package var labels: [String] {
    let names = map(\.network.name)
    return indices.map { index in
      let namesakes = indices.filter { names[$0] == names[index] }.map { self[$0] }
      let differing = Setting.catalog.filter { setting in
        !["network", "seed"].contains(setting.key)
          && Set(namesakes.map { setting.value(in: $0) }).count > 1
      }
      let isSeries = namesakes.count > 2 && differing.count > 1
      let all = differing.filter {
        !isSeries || $0.value(in: self[index]) != $0.value(in: namesakes[0])
      }
      // What is recorded is told where nothing else differs.
      let told = all.contains { !$0.isOfRecording } ? all.filter { !$0.isOfRecording } : all
      let words = told.map { setting -> String in
        let value = setting.value(in: self[index])
        guard setting.key != "initialization" else { return value }
        return "\(setting.key.split(separator: ".").last ?? "") \(value)"
      }
      return names[index] + (words.isEmpty ? "" : " (\(words.joined(separator: ", ")))")
    }
  }

  /// The labels, and the seeds but for the first one behind them: `plain-20 seed 1`.
  package var namesWithSeeds: [String] {
    let hasSeeds = Set(map(\.seed)).count > 1
    return zip(self, labels).map { run, label in
      hasSeeds && run.seed > 0 ? "\(label) seed \(run.seed)" : label
    }
  }
}

extension Setting {
  fileprivate var isOfRecording: Bool { key.hasPrefix("recording.") }
}

extension RunConfiguration {
  /// Whether two runs differ in their seeds at most.
  package func isSame(as other: RunConfiguration) -> Bool {
    var own = self
    own.seed = other.seed
    return own == other
  }
}
