import Experiments

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `run.json` says: the whole configuration, and where and with what the run was made.
struct RunDescription: Codable {
  static let fileName = "run.json"
  /// The version of the files of a run; it changes when older programs could not read newer files.
  static let currentFormat = 1

  var format = RunDescription.currentFormat
  var configuration: RunConfiguration
  var context: RunContext

  /// Pretty and with sorted keys: equal descriptions are equal bytes.
  func json() -> [UInt8] { encodedJSON(self) }

  /// Reads and checks the description of the run that a folder is named after.
  init(path: String, run: String) throws(RecordError) {
    let bytes = try readFile(path, limit: 1 << 20)
    do {
      self = try JSONDecoder().decode(RunDescription.self, from: Data(bytes))
    } catch {
      throw .malformed(path: path, line: nil, reason: sentence(error))
    }
    guard format == Self.currentFormat else {
      throw .malformed(
        path: path, line: nil,
        reason: "its format is \(format) and this program reads \(Self.currentFormat)")
    }
    guard configuration.runName == run else {
      throw .malformed(
        path: path, line: nil, reason: "its configuration is that of \(configuration.runName)")
    }
  }

  init(configuration: RunConfiguration, context: RunContext) {
    self.configuration = configuration
    self.context = context
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
