import Experiments

/// What is compared in an experiment: a network and everything else of its runs but the seed.
@dynamicMemberLookup
struct Arm: Hashable {
  /// That of the runs, with the first seed.
  let run: RunConfiguration
  /// The network's name, and how it differs from namesakes.
  let name: String

  /// The properties of its network.
  subscript<Value>(dynamicMember path: KeyPath<NetworkConfiguration, Value>) -> Value {
    run.network[keyPath: path]
  }
}

extension RunConfiguration {
  /// The run with the seed that stands for all.
  var withoutSeed: RunConfiguration {
    var run = self
    run.seed = 0
    return run
  }
}
