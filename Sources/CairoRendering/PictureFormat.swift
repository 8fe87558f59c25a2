package import Charts

/// A kind of file that a scene can be written as. A new one is an entry in ``all``.
package struct PictureFormat: Sendable {
  /// Of the names of its files, without the dot; it is also what users call it.
  package let ending: String
  private let encoder: @Sendable (Scene) throws(RenderingError) -> [UInt8]

  /// The file of a scene.
  package func encode(_ scene: Scene) throws(RenderingError) -> [UInt8] { try encoder(scene) }

  /// Every format, in the order in which they are written.
  package static let all = [
    PictureFormat(ending: "png") { (scene) throws(RenderingError) in try scene.png() },
    PictureFormat(ending: "svg") { (scene) throws(RenderingError) in try scene.svg() },
  ]
}
