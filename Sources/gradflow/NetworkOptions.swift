import Architectures
import ArgumentParser
import Essentials
import Experiments

/// A network by name, as the user writes it.
struct NetworkName: ExpressibleByArgument {
  let name: String

  init(_ name: String) { self.name = name }

  init(argument: String) { self.init(argument) }

  var defaultValueDescription: String { name }

  /// The network, with other filters than its own if so many are given.
  func configuration(width: Int? = nil) throws -> NetworkConfiguration {
    var configuration: NetworkConfiguration
    do {
      configuration = try NetworkConfiguration(named: name)
    } catch {
      throw Complaint("\(error) `gradflow describe` shows them all.")
    }
    if let width { configuration.width = width }
    if let problem = configuration.problem { throw Complaint("--width: \(problem).") }
    return configuration
  }
}

/// The side of the images that a network is to see: the family's own where none is given.
func imageSide(_ size: Int?, for configuration: NetworkConfiguration) throws -> Int {
  let side = size ?? configuration.family.imageSize
  let smallest = Architecture.minimumSide(of: configuration)
  guard (smallest...2048).contains(side) else {
    throw Complaint(
      "--size \(side): \(configuration.name) takes images of \(smallest) to 2048 pixels.")
  }
  return side
}

/// A value as JSON with one key a line, in the order of the alphabet.
func encoded(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
