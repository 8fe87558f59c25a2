import Architectures
import Charts
import Experiments
import Wording

extension Figure {
  /// What the networks cost, and what they achieved: parameters against multiply-adds, with the
  /// paper's errors.
  static let cost = Figure(
    "cost", summary: "Parameters against multiply-adds of VGG, plain and residual networks."
  ) {
    let families: [(ink: Ink, name: String, members: [Member])] = [
      (
        .green, "VGG",
        [
          Member(NetworkConfiguration(.plain, depth: 16, family: .vgg), error: "28.07", .left),
          Member(NetworkConfiguration(.plain, depth: 19, family: .vgg), error: nil, .right),
        ]
      ),
      (
        .plain, "plain",
        [
          Member(
            NetworkConfiguration(.plain, depth: 18, family: .imageNet), error: "27.94", .left),
          Member(
            NetworkConfiguration(.plain, depth: 34, family: .imageNet), error: "28.54", .left),
        ]
      ),
      (
        .residual, "residual",
        [
          Member(
            NetworkConfiguration(.residual, depth: 18, family: .imageNet), error: "27.88", .right),
          Member(
            NetworkConfiguration(.residual, depth: 34, family: .imageNet), error: "24.52", .right),
          Member(
            NetworkConfiguration(.residual, depth: 50, family: .imageNet), error: "22.85", .left),
          Member(
            NetworkConfiguration(.residual, depth: 101, family: .imageNet), error: "21.75", .right),
          Member(
            NetworkConfiguration(.residual, depth: 152, family: .imageNet), error: "21.43", .right),
        ]
      ),
    ]
    let marks = families.flatMap { family in
      [
        Mark.line(
          LineMark(family.members.map(\.place), ink: family.ink.faded(0.4), width: 1.2))
      ]
        + family.members.map { member in
          .point(
            PointMark(
              member.place, ink: family.ink, radius: family.name == "plain" ? 6.5 : 4.5,
              label: member.label, side: member.side))
        }
    }
    let chart = Chart(
      title: "Cost of the networks, and their errors in the paper",
      subtitle: "152 layers with bottleneck blocks cost less than VGG’s 16, in parameters and in "
        + "work.",
      caption:
        "Percentages: top-1 error on ImageNet’s validation images, 10-crop, as published (He "
        + "et al. 2015, tables 2 and 3; plain-18 and resnet-18 from table 2); VGG-19 has none there. "
        + "Shortcuts of option B; resnet-18’s error is that of option A. Counted for images of 3×224×224. "
        + "Command: gradflow draw cost",
      alternativeText: "Parameters, in millions, against multiply-adds, in billions, as points: "
        + families.flatMap(\.members).map {
          "\($0.label), \(short($0.parameters)) parameters and \(short($0.multiplyAdds)) "
            + "multiply-adds"
        }.joined(separator: "; ") + ".",
      panels: [
        [
          Panel(
            title: "", x: Axis("multiply-adds for an image (10⁹)", .logarithmic, domain: 1...30),
            y: Axis("parameters (10⁶)", .logarithmic, domain: 8...200), marks: marks)
        ]
      ])
    return .chart(chart, width: 860, height: 560)
  }
}

/// A network in the chart, with its error in percent as the paper prints it.
private struct Member {
  let label: String
  let parameters: Int
  let multiplyAdds: Int
  let side: PointMark.Side

  init(_ configuration: NetworkConfiguration, error: String?, _ side: PointMark.Side) {
    let architecture = Architecture(configuration)
    label = configuration.name + (error.map { ", \($0) %" } ?? "")
    parameters = architecture.parameterCount
    multiplyAdds = architecture.multiplyAdds
    self.side = side
  }

  var place: Point { Point(Double(multiplyAdds) / 1e9, Double(parameters) / 1e6) }
}
