import CairoRendering
import Charts
import Foundation
import PixelReading
import Testing

/// librsvg's command, which draws an SVG without us.
private let witness = ["/usr/bin/rsvg-convert", "/opt/homebrew/bin/rsvg-convert"].first {
  FileManager.default.isExecutableFile(atPath: $0)
}

@Suite("Another program's eyes", .enabled(if: witness != nil, "rsvg-convert is not installed"))
struct WitnessTests {
  /// Everything that a scene can hold.
  private var scene: Scene {
    func text(_ string: String, _ x: Double, _ y: Double, _ anchor: Text.Anchor) -> Scene.Element {
      .text(
        Text(
          string, at: Point(x, y), anchor: anchor, style: TextStyle(size: 14, weight: .bold),
          color: blue))
    }
    let zigzag = Path([(0..<20).map { Point(20 + 8 * Double($0), $0 % 2 == 0 ? 60 : 110) }])
    return page(
      width: 220, height: 200,
      [
        .group(
          Scene.Group(.panel, "panel"),
          [
            .cells(
              CellGrid(
                frame: Rectangle(x: 150, y: 130, width: 60, height: 50), columns: 2, rows: 2,
                colors: [red, blue, black, red])),
            .clipped(
              Rectangle(x: 30, y: 70, width: 120, height: 100),
              [
                .group(
                  Scene.Group(.mark, "curve"),
                  [.path(zigzag, stroke: Stroke(red, width: 3, dash: [6, 3]), fill: nil)])
              ]),
            .path(rectangle(20, 130, 90, 40), stroke: nil, fill: blue.opacity(0.2)),
            .path(rectangle(60, 140, 30, 50), stroke: Stroke(black, width: 2), fill: red),
          ]),
        text("start – gjÅ", 10, 20, .start), text("middle", 110, 40, .middle),
        text("end ∂", 210, 55, .end),
        .text(
          Text(
            "turned", at: Point(14, 190), style: TextStyle(size: 10), color: black, rotation: -90)),
      ])
  }

  @Test("it sees in the SVG what the PNG shows")
  func same() throws {
    let folder = NSTemporaryDirectory() + "gradflow-witness-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(scene.svg()).write(to: URL(fileURLWithPath: folder + "/scene.svg"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(witness))
    process.arguments = [
      "-z", "2", "--dpi-x", "72", "--dpi-y", "72", folder + "/scene.svg", "-o",
      folder + "/scene.png",
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let other = try Data(contentsOf: URL(fileURLWithPath: folder + "/scene.png"))
    let (theirs, ours) = (try Pixels(Array(other)), try Pixels(scene.png(scale: 2)))
    #expect(theirs.width == ours.width && theirs.height == ours.height)
    // Edges are smoothed in different ways: what counts is the mean over squares of 10 points.
    for y in stride(from: 0, to: 400, by: 20) {
      for x in stride(from: 0, to: 440, by: 20) {
        let difference = zip(theirs.mean(x, y, 20), ours.mean(x, y, 20)).map { abs($0 - $1) }
        #expect(difference.allSatisfy { $0 < 8 }, "at \(x / 2), \(y / 2)")
      }
    }
  }
}

extension Pixels {
  /// The mean colour of a square.
  fileprivate func mean(_ left: Int, _ top: Int, _ side: Int) -> [Double] {
    var sums = [0.0, 0, 0]
    for y in top..<top + side {
      for x in left..<left + side { sums = zip(sums, self[x, y]).map { $0 + Double($1) } }
    }
    return sums.map { $0 / Double(side * side) }
  }
}
