/// Why a scene could not be drawn, in one sentence.
package enum RenderingError: Error, Equatable, CustomStringConvertible {
  /// Width and height, in points.
  case size(width: Double, height: Double)
  /// A coordinate, length or colour that is not a finite number.
  case notFinite(in: String)
  /// What Cairo says.
  case cairo(String)

  package var description: String {
    switch self {
    case .size(let width, let height):
      "A picture of \(width)×\(height) points cannot be drawn; each side takes 1 to 32767 pixels."
    case .notFinite(let element):
      "A \(element) has a coordinate that is not a finite number."
    case .cairo(let reason):
      "Cairo could not draw: \(reason)."
    }
  }
}
