import Architectures
import Essentials
import Experiments

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
    guard Self.formats.contains(format) else { throw FormatFault(format: format) }
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
      var subject = try values.decode(Subject.self, forKey: .subject)
      // It is shown on lines with other words.
      subject.name = String(
        subject.name.map { $0.unicodeScalars.contains(where: \.isControl) ? " " : $0 })
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
    if subject.name.isEmpty { return "has no name" }
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
    } catch let fault as FormatFault {
      throw .newer(path: path, format: fault.format, known: Self.formats)
    } catch {
      throw .malformed(path: path, line: nil, reason: sentence(error))
    }
    if let configuration, configuration.runName != run {
      throw .malformed(
        path: path, line: nil,
        reason: "it describes \(configuration.runName), as the folder should be called")
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { properties.generalCategory == .control }
}

/// Why a description is none, a clause.
private struct DescriptionFault: Error {
  let reason: String
}

/// A format that this program does not know.
private struct FormatFault: Error {
  let format: Int
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
