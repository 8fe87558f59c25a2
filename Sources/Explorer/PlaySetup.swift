import Essentials
package import Experiments

/// Which networks somebody wants to watch, as a page asks for them: names and widths, and settings of both
/// runs in the words of `--set`.
package struct PlaySetup: Hashable, Codable, Sendable {
  package struct Network: Hashable, Codable, Sendable {
    /// `plain-20-no-bn`.
    package var name: String
    /// Filters of the first stage.
    package var width: Int

    package init(name: String, width: Int) {
      self.name = name
      self.width = width
    }
  }

  package var networks: [Network]
  package var settings: [String: String]

  package init(networks: [Network], settings: [String: String] = [:]) {
    self.networks = networks
    self.settings = settings
  }

  /// The settings that can be made.
  private static let keys = [
    "dataset.name", "initialization", "schedule.base", "schedule.ramp", "batchSize", "seed",
  ]
  /// What can be watched at some steps a second, and fits into the memory of a page.
  private static let depths = 8...110
  private static let widths = 1...64
  private static let batches = 8...256
  /// The most steps of a training.
  package static let stepLimit = 2000

  /// The runs, as if they were of so many steps; every step is recorded.
  package func runs(steps: Int = stepLimit) throws(PlayFault) -> [RunConfiguration] {
    guard (1...2).contains(networks.count) else {
      throw PlayFault(description: "Choose one network or two.")
    }
    var runs: [RunConfiguration] = []
    for network in networks {
      do {
        var run = RunConfiguration.study(
          try NetworkConfiguration(named: network.name), at: .seconds, seed: 0)
        run.network.width = network.width
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
          guard Self.keys.contains(key) else {
            throw PlayFault(description: "“\(key)” cannot be set here.")
          }
          try Assignment(key, value).apply(to: &run)
        }
        run.schedule.iterations = steps
        run.recording.dense = steps
        runs.append(run)
      } catch let fault as PlayFault {
        throw fault
      } catch {
        throw PlayFault(description: "\(error)")
      }
      guard run(runs, fits: network) else {
        throw PlayFault(
          description:
            "Choose \(Self.depths.lowerBound) to \(Self.depths.upperBound) layers of the "
            + "paper’s family for small images, \(Self.widths.lowerBound) to "
            + "\(Self.widths.upperBound) filters, and mini-batches of \(Self.batches.lowerBound) to "
            + "\(Self.batches.upperBound) images.")
      }
    }
    guard Set(runs).count == runs.count else {
      throw PlayFault(description: "The two networks are the same; change one of them.")
    }
    return runs
  }

  private func run(_ runs: [RunConfiguration], fits network: Network) -> Bool {
    guard let run = runs.last else { return false }
    return run.network.family == .cifar && Self.depths.contains(run.network.depth)
      && Self.widths.contains(run.network.width) && Self.batches.contains(run.batchSize)
  }

  /// An experiment file whose runs are those of so many steps.
  package func yaml(steps: Int) -> String {
    let runs = networks.map { "  - network: {name: \($0.name), width: \($0.width)}" }
    let defaults =
      settings.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" } + [
        "  schedule.iterations: \(steps)", "  recording.dense: \(steps)",
      ]
    return """
      question: What happens while \(networks.map(\.name).joined(separator: " and ")) learn?
      runs:
      \(runs.joined(separator: "\n"))
      defaults:
      \(defaults.joined(separator: "\n"))
      budgets:
        seconds:

      """
  }
}

/// Why something cannot be played, a sentence.
package struct PlayFault: Error, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// What a page asks of a playground.
package struct PlayCommand: Decodable, Sendable {
  package enum Action: String, Decodable, Sendable {
    /// Begins anew with a setup, and waits.
    case reset
    /// Trains on.
    case run
    case pause
    /// A single step.
    case step
    /// Makes finished runs of the output folder of what was trained so far.
    case keep
    /// Ends, and forgets what was not kept.
    case end
  }

  package let action: Action
  package let setup: PlaySetup?

  package init(json bytes: [UInt8]) throws(PlayFault) {
    do {
      self = try JSONDecoder().decode(PlayCommand.self, from: Data(bytes))
    } catch {
      throw PlayFault(description: "This is no command that a playground understands.")
    }
  }
}

/// How a playground is, as a page is told.
package struct PlayState: Encodable, Sendable {
  package enum Status: String, Encodable, Sendable {
    case idle, preparing, running, paused, over
  }

  /// Grows with every change: answers and events reach a page on different roads, in any order.
  package var revision = 0
  package var status = Status.idle
  /// Steps done.
  package var step = 0
  package var stepLimit = PlaySetup.stepLimit
  /// The names of the runs, as the page has them.
  package var runs: [String] = []
  package var setup: PlaySetup?
  /// Steps of both networks a second.
  package var pace: Double?
  /// What went wrong, or what was done, a sentence.
  package var message: String?
  /// The command that trains the same again, once it was kept.
  package var command: String?

  package init() {}

  /// As an object of JSON with the key `play`.
  package var json: String { "{\"play\":\(String(decoding: encoded(self), as: UTF8.self))}" }
}
