import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// How many paths there are of each length, what gradient each carries, and what all together do.
  static let paths = Figure(
    "paths",
    summary:
      "Paths through a residual network by how many branches they take, and the gradient of each.",
    from: .experiment(.paths), width: 1200, height: 500
  ) { runs in
    let networks = runs.groups.compactMap(PathProfile.init)
    let outcome =
      "95 % of the gradient comes on paths through "
      + sentenceList(
        networks.map { profile in
          "\(profile.range.lowerBound) to \(profile.range.upperBound) of \(profile.count) branches in "
            + "\(profile.group.name) (\(percent(100 * profile.share)) of all paths)"
        }) + "."
    let count = networks.map(\.count).max() ?? 1
    func x() -> Axis {
      Axis("branches on the path", domain: 0...Double(count), isWhole: true)
    }
    func curves(_ values: (PathProfile) -> [Double]) -> [Mark] {
      networks.map { profile in
        .line(
          LineMark(
            values(profile).enumerated().map { Point(Double($0), $1) },
            ink: runs.ink(of: profile.group), width: 1.9,
            dash: runs.dash(of: profile.group, among: networks.map(\.group)),
            series: profile.group.name))
      }
    }
    let sizes = networks.flatMap(\.gradients).filter { $0 > 0 && $0.isFinite }
    return Chart(
      title: "Which paths carry the gradient?", subtitle: outcome,
      caption: runs.caption(
        "Of 2 to the power of \(count) paths each goes through the branches of some blocks and around the "
          + "others. Norm of ∂loss/∂images of one mini-batch along paths through branches chosen at "
          + "random; lines: geometric means. Right: that times the number of paths, as a share.",
        "After Veit et al. 2016 (arXiv:1605.06431), figure 6."),
      alternativeText:
        "Three panels against the number of branches on a path: how many paths there are, "
        + "the gradient along one, and their product. \(outcome)",
      panels: [
        [
          Panel(
            title: "share of all paths", x: x(),
            y: Axis("share", domain: Scale.Kind.linear.nice(0...0.16)),
            marks: networks.prefix(1).map { profile in
              .line(
                LineMark(
                  profile.binomial.enumerated().map { Point(Double($0), $1) }, ink: .reference,
                  width: 1.9, series: "paths"))
            }),
          Panel(
            title: "gradient along one path", x: x(),
            y: Axis(
              "‖∂loss/∂images‖", .logarithmic,
              domain: Scale.Kind.logarithmic.nice(
                Scale.Kind.logarithmic.domain(covering: sizes))),
            marks: curves(\.gradients)),
          Panel(
            title: "share of the gradient", x: x(),
            y: Axis(
              "share", domain: Scale.Kind.linear.nice(0...(networks.flatMap(\.shares).max() ?? 1))),
            marks: curves(\.shares)),
        ]
      ], legend: runs.legend(of: networks.map(\.group)))
  }
}
