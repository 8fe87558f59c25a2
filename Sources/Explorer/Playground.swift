/// Trains networks while somebody watches; their records are in a folder that is shown.
package protocol Playground: AnyObject, Sendable {
  /// Takes a command, an object of JSON, and says what came of it, another one.
  ///
  /// - Throws: What is wrong with it; its description is a sentence.
  func take(_ command: [UInt8]) async throws -> String

  /// The images that networks learn from where nothing else is said: those that are at hand.
  var images: String { get }

  /// How it is, an object of JSON with the key `play`.
  var state: String { get }
}
