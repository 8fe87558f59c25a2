import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// How strongly every layer responds, at the first and at the last recorded step.
  static func responses(_ name: String, from source: Source) -> Figure {
    Figure(
      name, summary: "The standard deviation of every layer's response, before and after training.",
      from: source, height: 500
    ) { runs in
      let networks = runs.groups.map { group -> (network: RunGroup, ends: [[ResponsePoint]]) in
        let steps = group.first.responses.steps
        let ends = [steps.first, steps.count > 1 ? steps.last : nil].compactMap(\.self)
        return (
          group, ends.map { step in group.first.responses(at: step).map(ResponsePoint.init) }
        )
      }
      let values = networks.flatMap { $0.ends.flatMap { $0.map(\.deviation) } }
      let y = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: values))
      let outcome =
        "From the first layer to the last, at the end: "
        + sentenceList(
          networks.map { network, ends in
            let last = ends.last ?? []
            return "\(rounded(last.first?.deviation ?? .nan)) to "
              + "\(rounded(last.last?.deviation ?? .nan)) in \(network.name)"
          }) + "."
      return Chart(
        title: "Responses of the layers of \(runs.groups.title)",
        subtitle: outcome,
        caption: runs.caption(
          "Standard deviation over all elements of a layer’s output for one mini-batch, behind the "
            + "normalization that follows it where one does.",
          "Thin: the first recorded step; thick: the last."),
        alternativeText:
          "The standard deviation of the response of each layer against its index, on "
          + "a logarithmic axis, at the first and at the last recorded step. \(outcome)",
        panels: [
          [
            Panel(
              title: "",
              x: Axis(
                "layer", domain: 0.5...Double(max(runs.greatestDepth, 1)) + 0.5, isWhole: true),
              y: Axis("standard deviation", .logarithmic, domain: y),
              marks: networks.flatMap { network, ends in
                ends.enumerated().map { place, points in
                  let isLast = place == ends.count - 1
                  return .line(
                    LineMark(
                      points.map { Point(Double($0.layer), $0.deviation) },
                      ink: runs.ink(of: network), width: isLast ? 2.2 : 0.9,
                      dash: runs.dash(of: network, among: runs.groups),
                      series: "\(network.name) \(isLast ? "at the end" : "at first")"))
                }
              })
          ]
        ], legend: runs.legend(in: source))
    }
  }
}

private struct ResponsePoint {
  let layer: Int
  let deviation: Double

  init(_ row: ResponseRow) {
    layer = row.layer.index
    deviation = row.deviation
  }
}
