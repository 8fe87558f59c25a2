import Architectures
package import Experiments

/// What `run.json` says: whose records these are, of which network, and under which conditions they were
/// made. Trainings of our own have their whole configuration; other programs tell in words.
package struct RunDescription: Hashable, Sendable {
  static let fileName = "run.json"
  /// The version of the files of a run; it changes when older programs could not read newer files.
  static let currentFormat = 2
  /// Those that are read.
  static let formats = 1...currentFormat

  /// Who trained the network.
  package enum Source: String, CaseIterable, Codable, Sendable {
    case gradflow
    /// Another program, which wrote down what happened.
    case recorded
  }

  /// The network that the records are of.
  package struct Subject: Hashable, Codable, Sendable {
    /// Which of the two arms of a comparison a network is, if it is one.
    package enum Role: String, CaseIterable, Codable, Sendable {
      case plain, residual, none
    }

    package var name: String
    package var role: Role
    /// The number of layers on the main path.
    package var depth: Int

    package init(name: String, role: Role, depth: Int) {
      self.name = name
      self.role = role
      self.depth = depth
    }
  }

  /// A layer with weights.
  package struct Layer: Hashable, Codable, Sendable {
    package var index: Int
    package var name: String
    package var stage: Int
    package var path: LayerPlace.Path
    /// `convolution`, `linear`, or what another program calls it.
    package var kind: String
    /// How many numbers it learns, with its bias.
    package var parameters: Int
    /// The channels of its output; nil where it has none.
    package var filters: Int?

    package init(_ place: LayerPlace, kind: String, parameters: Int, filters: Int? = nil) {
      index = place.index
      name = place.name
      stage = place.stage
      path = place.path
      self.kind = kind
      self.parameters = parameters
      self.filters = filters
    }

    package var place: LayerPlace {
      LayerPlace(index: index, name: name, stage: stage, path: path)
    }
  }

  /// In which its files are; what is written is always of the current format.
  let format: Int
  package let source: Source
  package var subject: Subject
  /// In forward order, each projection behind the block that it leads around.
  package var layers: [Layer]
  /// Of a training of our own; nil otherwise.
  package let configuration: RunConfiguration?
  /// What another program says of the training, in words by keys.
  package let conditions: [String: String]
  package var context: RunContext
  /// The blocks of a network of our own; nil where they are not known.
  package let blocks: [BlockPlace]?

  /// A training of our own.
  package init(_ configuration: RunConfiguration, context: RunContext) {
    self.init(configuration, context: context, format: Self.currentFormat)
  }

  init(_ configuration: RunConfiguration, context: RunContext, format: Int) {
    let architecture = Architecture(configuration)
    self.format = format
    source = .gradflow
    subject = Subject(
      name: configuration.network.name,
      role: configuration.network.kind == .plain ? .plain : .residual,
      depth: architecture.places.count { $0.path == .main })
    layers = architecture.recordedLayers
    blocks = architecture.blocks.map(\.place)
    self.configuration = configuration
    conditions = [:]
    self.context = context
  }

  /// A network of another program.
  package init(
    recorded subject: Subject, layers: [Layer], conditions: [String: String], context: RunContext
  ) {
    format = Self.currentFormat
    source = .recorded
    self.subject = subject
    self.layers = layers
    self.conditions = conditions
    self.context = context
    configuration = nil
    blocks = nil
  }
}

extension RunDescription {
  /// How many numbers the network learns; those of own networks count their normalizations', too.
  package var parameterCount: Int {
    configuration.map { Architecture($0).parameterCount }
      ?? layers.reduce(0) { $0 + $1.parameters }
  }
}

extension Architecture {
  fileprivate var recordedLayers: [RunDescription.Layer] {
    let rows = Dictionary(layers.map { ($0.name, $0) }) { first, _ in first }
    return places.compactMap { place in
      guard let row = rows[place.name] else { return nil }
      let filters: Int? =
        if case .image(let channels, _, _) = row.output { channels } else { nil }
      return RunDescription.Layer(
        place, kind: row.kind.rawValue, parameters: row.parameters, filters: filters)
    }
  }
}

/// Where and with what a run was made. Trainings of our own tell all of it.
package struct RunContext: Hashable, Codable, Sendable {
  /// Of gradflow, or of what wrote the records down.
  package var version: String
  /// Of oneDNN, `2.6.3`.
  package var oneDNN: String?
  /// Of PyTorch, where that trained the network.
  package var pyTorch: String?
  package var threads: Int?
  /// In hexadecimal, of the files the images were read from.
  package var datasetSHA256: String?
  /// Which images the evaluation error is about, a phrase for captions: "first 1,000 test images".
  package var evaluationSet: String?

  package init(
    version: String, oneDNN: String? = nil, pyTorch: String? = nil, threads: Int? = nil,
    datasetSHA256: String? = nil, evaluationSet: String? = nil
  ) {
    self.version = version
    self.oneDNN = oneDNN
    self.pyTorch = pyTorch
    self.threads = threads
    self.datasetSHA256 = datasetSHA256
    self.evaluationSet = evaluationSet
  }
}
