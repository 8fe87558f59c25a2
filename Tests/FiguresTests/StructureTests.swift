import Architectures
import CairoRendering
import Charts
import Experiments
import Testing

@testable import Figures

@Suite("Networks as pictures")
struct StructureTests {
  private func shapes(_ name: String) throws -> (shapes: [DiagramShape], diagram: Diagram) {
    let picture = Architecture(try NetworkConfiguration(named: name)).picture
    guard case .diagram(let diagram) = picture else { throw NotADiagram() }
    return (diagram.shapes, diagram)
  }

  private struct NotADiagram: Error {}

  @Test(
    "every layer of the main path is a filled box, and every block with a shortcut has an arc",
    arguments: [
      ("resnet-34", 34, 13, 3), ("resnet-34-C", 34, 0, 16), ("plain-34", 34, 0, 0),
      ("resnet-152", 152, 46, 4), ("vgg-19", 19, 0, 0), ("resnet-110", 110, 52, 2),
      ("notes-resnet-18", 20, 6, 3),
    ])
  func layers(name: String, boxes: Int, solid: Int, dotted: Int) throws {
    let shapes = try shapes(name).shapes
    let filled = shapes.filter {
      if case .box(_, _, _, let fill, _) = $0 { fill != nil } else { false }
    }
    #expect(filled.count == boxes)
    let arcs = shapes.compactMap { shape -> [Double]? in
      if case .line(_, .some, _, let dash, _) = shape { dash } else { nil }
    }
    #expect(arcs.filter(\.isEmpty).count == solid)
    #expect(arcs.filter { !$0.isEmpty }.count == dotted)
    let additions = shapes.filter { if case .node(_, _, "+", _) = $0 { true } else { false } }
    #expect(additions.count == solid + dotted)
  }

  @Test("the layers of twins are abreast, and each arc leads to its addition")
  func twins() throws {
    let heights = try ["plain-34", "resnet-34", "plain-101", "resnet-101"].map { name in
      try shapes(name).shapes.compactMap { shape -> Double? in
        if case .box(let frame, _, _, _, _) = shape { frame.y } else { nil }
      }
    }
    #expect(heights[0] == heights[1] && heights[2] == heights[3])
    let all = try shapes("resnet-34").shapes
    for case .node(let center, let radius, _, _) in all {
      let ends = all.compactMap { shape -> Point? in
        if case .line(let points, .some, _, _, _) = shape { points.last } else { nil }
      }
      #expect(ends.contains(Point(center.x + radius, center.y)))
    }
  }

  @Test("what the subtitles count of table 1 is so")
  func counts() throws {
    func architecture(_ name: String) throws -> Architecture {
      Architecture(try NetworkConfiguration(named: name))
    }
    func blocks(_ name: String) throws -> [Int] {
      try architecture(name).stages.map { stage in
        stage.elements.filter { if case .block = $0 { true } else { false } }.count
      }
    }
    #expect(try blocks("plain-18").reduce(0, +) == 8)
    #expect(try blocks("resnet-34") == blocks("plain-50") && blocks("resnet-34").reduce(0, +) == 16)
    #expect(try blocks("resnet-50")[3] == 6 && blocks("resnet-101")[3] == 23)
    #expect(try blocks("resnet-152")[2...3] == [8, 36])
    #expect(try architecture("resnet-152").multiplyAdds < architecture("vgg-16").multiplyAdds)
  }

  @Test(
    "boxes do not touch each other, and stay inside the picture",
    arguments: ["resnet-20", "resnet-152", "plain-110", "resnet-1202", "vgg-16"])
  func places(name: String) throws {
    let (shapes, diagram) = try shapes(name)
    let frames = shapes.compactMap { shape -> Rectangle? in
      if case .box(let frame, _, _, _, _) = shape { frame } else { nil }
    }
    for (index, frame) in frames.enumerated() {
      #expect(frame.x >= 0 && frame.maxX <= diagram.width)
      #expect(frame.y >= 0 && frame.maxY <= diagram.height)
      for other in frames[(index + 1)...] {
        let overlaps =
          frame.x < other.maxX && other.x < frame.maxX && frame.y < other.maxY
          && other.y < frame.maxY
        #expect(!overlaps)
      }
    }
    let measurer = PangoMeasurer()
    for case .box(let frame, let text, let style, _, _) in shapes {
      #expect(measurer.width(of: text, style: style) < frame.width - 4, "\(text)")
    }
  }

  @Test("twelve hundred layers are told of, and drawn where they differ")
  func deepest() throws {
    let (shapes, diagram) = try shapes("resnet-1202")
    let words = shapes.compactMap { shape -> String? in
      if case .words(let text, _, _, _, _) = shape { text } else { nil }
    }
    #expect(words.filter { $0.hasPrefix("…") }.count == 3)
    #expect(diagram.height < 1200 && diagram.subtitle.contains("19,421,274"))
  }

  @Test("networks of every kind become PNG and SVG", arguments: NetworkConfiguration.catalog)
  func rendering(configuration: NetworkConfiguration) throws {
    let scene = Architecture(configuration).picture.laidOut(
      measuring: PangoMeasurer(), theme: .dark)
    #expect(try !scene.svg().isEmpty && scene.png(scale: 0.5).count > 1000)
  }
}
