import Architectures
package import Experiments

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `run.json` says: whose records these are, of which network, and under which conditions they were
/// made. Trainings of our own have their whole configuration; other programs tell in words.
package struct RunDescription: Hashable, Sendable {
  static let fileName = "run.json"
  /// The version of the files of a run; it changes when older programs could not read newer files.
  static let currentFormat = 2

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
  let blocks: [BlockPlace]?

  /// A training of our own.
  package init(_ configuration: RunConfiguration, context: RunContext) {
    self.init(configuration, context: context, format: Self.currentFormat)
  }

  private init(_ configuration: RunConfiguration, context: RunContext, format: Int) {
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

// MARK: - JSON

extension RunDescription: Codable {
  private enum CodingKeys: String, CodingKey {
    case format, source, subject, layers, configuration, conditions, context
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let format = try values.decode(Int.self, forKey: .format)
    let context = try values.decode(RunContext.self, forKey: .context)
    func fault(_ key: CodingKeys, _ reason: String) -> DescriptionFault {
      DescriptionFault(reason: "“\(key.rawValue)” \(reason)")
    }
    guard (1...Self.currentFormat).contains(format) else {
      throw DescriptionFault(
        reason: "its format is \(format) and this program reads 1 to \(Self.currentFormat)")
    }
    // Format 1 had no other programs' records, and told of the network by its configuration alone.
    let source = format == 1 ? .gradflow : try values.decode(Source.self, forKey: .source)
    switch source {
    case .gradflow:
      let configuration = try values.decode(RunConfiguration.self, forKey: .configuration)
      if let problem = configuration.problem {
        throw fault(.configuration, "cannot be: \(problem)")
      }
      let isTold: [(String, Bool)] = [
        ("oneDNN", context.oneDNN != nil), ("threads", context.threads != nil),
        ("datasetSHA256", context.datasetSHA256 != nil),
        ("evaluationSet", context.evaluationSet != nil),
      ]
      if let missing = isTold.first(where: { !$0.1 }) {
        throw DescriptionFault(reason: "“context.\(missing.0)” is missing")
      }
      self.init(configuration, context: context, format: format)
      guard format > 1 else { return }
      guard try values.decode(Subject.self, forKey: .subject) == subject else {
        throw fault(.subject, "is not the network of the configuration")
      }
      guard try values.decode([Layer].self, forKey: .layers) == layers else {
        throw fault(.layers, "are not those of \(subject.name)")
      }
    case .recorded:
      let subject = try values.decode(Subject.self, forKey: .subject)
      let layers = try values.decode([Layer].self, forKey: .layers)
      if let reason = Self.fault(in: subject) { throw fault(.subject, reason) }
      if let reason = Self.fault(in: layers) { throw fault(.layers, reason) }
      let conditions =
        try values.decodeIfPresent([String: Condition].self, forKey: .conditions) ?? [:]
      self.init(
        recorded: subject, layers: layers, conditions: conditions.mapValues(\.text),
        context: context)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(Self.currentFormat, forKey: .format)
    try values.encode(source, forKey: .source)
    try values.encode(subject, forKey: .subject)
    try values.encode(layers, forKey: .layers)
    try values.encodeIfPresent(configuration, forKey: .configuration)
    if source == .recorded { try values.encode(conditions, forKey: .conditions) }
    try values.encode(context, forKey: .context)
  }

  private static func fault(in subject: Subject) -> String? {
    if subject.name.isEmpty || !isPlain(subject.name) {
      return "has the name “\(subject.name)”, which is empty, or has quotation marks or commas"
    }
    return subject.depth >= 0 ? nil : "has the depth \(subject.depth)"
  }

  private static func fault(in layers: [Layer]) -> String? {
    if layers.isEmpty { return "are none" }
    var names: Set<String> = []
    var last = 1
    for layer in layers {
      guard !layer.name.isEmpty, isPlain(layer.name) else {
        return "have the name “\(layer.name)”, which is empty, or has quotation marks or commas"
      }
      guard names.insert(layer.name).inserted else { return "have “\(layer.name)” twice" }
      guard layer.index >= last else { return "are not in forward order at “\(layer.name)”" }
      last = layer.index
      guard layer.stage >= 0, layer.parameters >= 0, (layer.filters ?? 1) >= 1 else {
        return "have a negative number at “\(layer.name)”"
      }
    }
    return nil
  }

  /// A layer a line, everything else pretty and with sorted keys: equal descriptions are equal bytes.
  func json() -> [UInt8] {
    var rest = self
    rest.layers = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let lines = layers.map { layer -> String in
      do {
        return "    " + String(decoding: try encoder.encode(layer), as: UTF8.self)
      } catch {
        preconditionFailure("a layer is numbers and text: \(error)")
      }
    }
    let empty = "\"layers\" : [\n\n  ]"
    let text = String(decoding: encodedJSON(rest), as: UTF8.self)
    precondition(text.contains(empty), "JSON is written in another manner")
    return Array(
      text.replacing(empty, with: "\"layers\" : [\n\(lines.joined(separator: ",\n"))\n  ]").utf8)
  }

  /// Reads and checks the description of the run that a folder is named after; other programs name
  /// theirs as they like.
  init(path: String, run: String) throws(RecordError) {
    let bytes = try readFile(path, limit: 1 << 24)
    do {
      self = try JSONDecoder().decode(RunDescription.self, from: Data(bytes))
    } catch {
      throw .malformed(path: path, line: nil, reason: sentence(error))
    }
    if let configuration, configuration.runName != run {
      throw .malformed(
        path: path, line: nil, reason: "its configuration is that of \(configuration.runName)")
    }
  }
}

/// Why a description is none, a clause.
private struct DescriptionFault: Error {
  let reason: String
}

/// A value of a condition: text, a number, or true or false.
private struct Condition: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      text = "\(flag)"
    } else if let whole = try? value.decode(Int.self) {
      text = "\(whole)"
    } else if let number = try? value.decode(Double.self) {
      text = "\(number)"
    } else {
      text = try value.decode(String.self)
    }
  }
}

/// JSON for people and for comparison: indented, keys sorted, a line feed at the end.
func encodedJSON(_ value: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  do {
    return Array(try encoder.encode(value)) + [0x0a]
  } catch {
    preconditionFailure("records hold only finite numbers and text in JSON: \(error)")
  }
}

/// What a decoder complains about, as part of a sentence.
func sentence(_ error: any Error) -> String {
  func path(_ context: DecodingError.Context) -> String {
    context.codingPath.map(\.stringValue).joined(separator: ".")
  }
  if let fault = error as? DescriptionFault { return fault.reason }
  switch error as? DecodingError {
  case .keyNotFound(let key, let context):
    let keys = context.codingPath.map(\.stringValue) + [key.stringValue]
    return "“\(keys.joined(separator: "."))” is missing"
  case .typeMismatch(_, let context), .valueNotFound(_, let context):
    return "“\(path(context))” is not of the right kind"
  case .dataCorrupted(let context) where !context.codingPath.isEmpty:
    return "“\(path(context))” has a value that is not known"
  default:
    return "this is not JSON"
  }
}
