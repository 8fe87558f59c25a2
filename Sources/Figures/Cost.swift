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
          Member(NetworkConfiguration(.plain, depth: 16, family: .vgg), error: 28.07, .left),
          Member(NetworkConfiguration(.plain, depth: 19, family: .vgg), error: nil, .right),
        ]
      ),
      (
        .plain, "plain",
        [
          Member(
            NetworkConfiguration(.plain, depth: 18, family: .imageNet), error: 27.94, .left),
          Member(
            NetworkConfiguration(.plain, depth: 34, family: .imageNet), error: 28.54, .left),
        ]
      ),
      (
        .residual, "residual",
        [
          Member(
            NetworkConfiguration(.residual, depth: 18, family: .imageNet), error: 27.88, .right),
          Member(
            NetworkConfiguration(.residual, depth: 34, family: .imageNet), error: 24.52, .right),
          Member(
            NetworkConfiguration(.residual, depth: 50, family: .imageNet), error: 22.85, .left),
          Member(
            NetworkConfiguration(.residual, depth: 101, family: .imageNet), error: 21.75, .right),
          Member(
            NetworkConfiguration(.residual, depth: 152, family: .imageNet), error: 21.43, .right),
        ]
      ),
    ]
    func marks(
      _ place: (Member) -> Point?, side: (Member) -> PointMark.Side = { $0.side }
    ) -> [Mark] {
      families.flatMap { family in
        [
          Mark.line(
            LineMark(family.members.compactMap(place), ink: family.ink, width: 1.2))
        ]
          + family.members.compactMap { member in
            place(member).map { point in
              .point(
                PointMark(
                  point, ink: family.ink, radius: family.name == "plain" ? 6.5 : 4.5,
                  label: member.label, side: side(member)))
            }
          }
      }
    }
    let chart = Chart(
      title: "Cost of the networks, and their errors in the paper",
      subtitle: "152 layers with bottleneck blocks cost less than VGG’s 16, in parameters and in "
        + "work.",
      caption:
        "Errors: top-1 on ImageNet’s validation images, 10-crop, as published (He "
        + "et al. 2015, tables 2 and 3; plain-18 and resnet-18 from table 2); VGG-19 has none there. "
        + "Shortcuts of option B; resnet-18’s error is that of option A. Counted for images of 3×224×224. "
        + "Command: gradflow draw cost",
      alternativeText:
        "Two panels against multiply-adds: parameters, and the paper’s error, of VGG, plain "
        + "and residual networks. With depth plain networks cost more and err more, residual ones "
        + "cost more and err less; "
        + [families[0].members[0], families[2].members[4]].map { member in
          "\(member.label) needs \(short(member.multiplyAdds)) multiply-adds and errs in "
            + "\(fixed(member.error ?? .nan, places: 2)) %"
        }.joined(separator: ", ") + ".",
      panels: [
        [
          Panel(
            title: "parameters",
            x: Axis("multiply-adds for an image (10⁹)", .logarithmic, domain: 1...30),
            y: Axis("parameters (10⁶)", .logarithmic, domain: 8...200), marks: marks(\.place)),
          Panel(
            title: "error",
            x: Axis("multiply-adds for an image (10⁹)", .logarithmic, domain: 1...30),
            y: Axis("top-1 error (%)", domain: 20...30),
            marks: marks { member in
              member.error.map { Point(member.place.x, $0) }
            } side: { member in
              // Lines are in the way beside these.
              ["plain-34": .above, "resnet-101": .below][member.label] ?? member.side
            }),
        ]
      ])
    return .chart(chart, width: 1160, height: 540)
  }
}

/// A network in the chart, with its error in percent that the paper prints.
private struct Member {
  let label: String
  let parameters: Int
  let multiplyAdds: Int
  let side: PointMark.Side

  let error: Double?

  init(_ configuration: NetworkConfiguration, error: Double?, _ side: PointMark.Side) {
    let architecture = Architecture(configuration)
    label = configuration.name
    self.error = error
    parameters = architecture.parameterCount
    multiplyAdds = architecture.multiplyAdds
    self.side = side
  }

  var place: Point { Point(Double(multiplyAdds) / 1e9, Double(parameters) / 1e6) }
}
